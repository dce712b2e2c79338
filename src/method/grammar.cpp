// What a user types for a method, and what it means. `parse_method` finds the three parts, then
// each part takes its parameters out of the typed keys; a key that nobody took is an error, so that
// a misspelt one is never ignored.
#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/method/method.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/saliency/detector.hpp>

namespace guidedmixup {
namespace {

// In all that follows `owner` is how messages call what was typed: "method 'mixup:alpha=x'".
using Keys = std::map<std::string, std::string, std::less<>>;

const MethodInfo& find_method(std::string_view name) {
  std::string valid;
  for (const MethodInfo& info : method_registry()) {
    if (info.name == name) return info;
    valid += (valid.empty() ? "" : ", ") + std::string(info.name);
  }
  throw UsageError("unknown method '" + printable(name) + "': expected one of " + valid);
}

// All before the colon; without one, all.
std::string_view name_of(std::string_view typed) { return typed.substr(0, typed.find(':')); }

// The first item of a list, with its value as it is meant. A value with a comma stands in quotes,
// as in csv: `"a, b"`, where two quotes mean one.
std::pair<std::string, std::string> take_item(const std::string& owner, std::string_view& list) {
  // A comma before the equals sign means that a key came without a value.
  const std::size_t equals = list.find_first_of("=,");
  if (equals == std::string_view::npos || equals == 0 || list[equals] == ',') {
    throw UsageError(owner + ": expected key=value, found '" +
                     printable(list.substr(0, list.find(','))) + "'");
  }
  std::pair<std::string, std::string> item{list.substr(0, equals), ""};
  list.remove_prefix(equals + 1);
  bool quoted = false;
  for (bool first = true; !list.empty() && (quoted || list.front() != ','); first = false) {
    // A quote inside an unquoted value stands for itself.
    const bool quote = list.front() == '"' && (first || quoted);
    const bool doubled = quote && quoted && list.size() > 1 && list[1] == '"';
    if (!quote || doubled) item.second += list.front();
    if (quote && !doubled) quoted = !quoted;
    list.remove_prefix(doubled ? 2 : 1);
  }
  if (quoted)
    throw UsageError(owner + ": the value of '" + printable(item.first) + "' lacks its last quote");
  if (!list.empty()) list.remove_prefix(1);
  return item;
}

// What stands behind the colon, by key. Whether a key is known is asked later, by part.
Keys keys_of(const std::string& owner, std::string_view typed) {
  const std::size_t colon = typed.find(':');
  std::string_view list = colon == std::string_view::npos ? "" : typed.substr(colon + 1);
  Keys keys;
  while (!list.empty()) {
    auto [key, value] = take_item(owner, list);
    if (!keys.emplace(key, std::move(value)).second) {
      throw UsageError(owner + ": the key '" + printable(key) + "' is given twice");
    }
  }
  return keys;
}

std::optional<std::string> take(Keys& keys, std::string_view key) {
  const auto found = keys.find(key);
  if (found == keys.end()) return std::nullopt;
  std::string value = found->second;
  keys.erase(found);
  return value;
}

// The parts whose keys may stand in one text, by the kind that stands before the point: how often
// each key is offered. Invariant: a key is in `offers_` for each part that has it, so a count above
// 1 means that the key alone is ambiguous.
class OfferedKeys {
 public:
  void add(std::string_view kind, const std::vector<ParameterInfo>& parameters) {
    for (const ParameterInfo& parameter : parameters) {
      ++offers_[parameter.name];
      keys_.emplace_back(kind, parameter.name);
    }
  }
  [[nodiscard]] bool is_shared(const std::string& key) const { return offers_.at(key) > 1; }
  // As a user must write them.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [kind, key] : keys_) names.push_back(is_shared(key) ? kind + "." + key : key);
    return names;
  }

 private:
  std::map<std::string, int> offers_;
  std::vector<std::pair<std::string, std::string>> keys_;
};

// Moves the parameters of one part from `keys` into its values.
template <typename Info>
Part<Info> take_part(const std::string& owner, std::string_view kind, const Info* info, Keys& keys,
                     const OfferedKeys& offered) {
  Part<Info> part{.info = info, .values = ParameterValues(info->parameters)};
  for (const ParameterInfo& parameter : info->parameters) {
    const std::string qualified = std::string(kind) + "." + parameter.name;
    // The long form always works; the short one only where it is clear, and never both.
    auto text = take(keys, qualified);
    if (!offered.is_shared(parameter.name)) {
      const auto plain = take(keys, parameter.name);
      if (plain && text) {
        throw UsageError(owner + ": the keys '" + parameter.name + "' and '" + qualified +
                         "' mean the same");
      }
      if (plain) text = plain;
    }
    if (text) part.values.set(parameter.name, parse_parameter(owner, parameter, *text));
  }
  return part;
}

template <typename Info>
// `none` comes first in each registry and is no choice: a method without a part of this kind has a
// name of its own.
const Info* usable_part(const std::string& owner, const char* kind,
                        std::span<const Info* const> registry, std::string_view name) {
  const Info* info = find_entry(registry, name);
  if (info != nullptr && info->make != nullptr) return info;
  throw UsageError(owner + ": " + kind + " must be one of " + entry_names(registry.subspan(1)) +
                   ", found '" + printable(name) + "'");
}

[[noreturn]] void refuse_keys(const std::string& owner, const Keys& keys,
                              const std::vector<std::string>& valid) {
  std::string list;
  for (const std::string& key : valid) list += (list.empty() ? "" : ", ") + key;
  throw UsageError(owner + ": the key '" + printable(keys.begin()->first) +
                   "' is unknown or unused here; " +
                   (list.empty() ? "this method takes none" : "valid keys: " + list));
}

// Letters, digits, '-' and '.' only: safe in URLs, shells and file systems without case or colons.
// Two methods may get one name; the command line refuses that.
std::string folder_name(std::string_view typed) {
  std::string folder;
  for (const char c : typed) {
    const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.';
    folder += safe ? c : '_';
  }
  return folder;
}

}  // namespace

Method parse_method(std::string_view typed) {
  const std::string owner = "method '" + printable(typed) + "'";
  const MethodInfo& info = find_method(name_of(typed));
  Keys keys = keys_of(owner, typed);
  std::vector<std::string> valid;
  // In this order: the method fixes the mixing, the mixing decides whether a pairing may be chosen,
  // and both decide whether a saliency is needed.
  const MixingInfo* mixing = find_mixing(info.mixing);
  const PairingInfo* pairing = find_pairing(info.pairing);
  // Only keys that have an effect are valid: `none:pairing=greedy` would promise what it does not
  // do.
  if (mixing->needs_partners) {
    valid.emplace_back("pairing");
    // Taken before the parameters, since it decides which of these there are.
    const auto name = take(keys, "pairing").value_or(std::string(info.pairing));
    pairing = usable_part(owner, "pairing", pairing_registry(), name);
  }
  const SaliencyInfo* saliency = find_saliency("none");
  if (mixing->needs_maps || pairing->needs_distances) {
    valid.emplace_back("saliency");
    // A method without saliency needs one as soon as its pairing is greedy.
    const bool has_usual = find_saliency(info.saliency)->make != nullptr;
    const std::string_view usual = has_usual ? info.saliency : "spectral-residual";
    const auto name = take(keys, "saliency").value_or(std::string(usual));
    saliency = usable_part(owner, "saliency", saliency_registry(), name);
  }
  OfferedKeys offered;
  offered.add("saliency", saliency->parameters);
  offered.add("pairing", pairing->parameters);
  offered.add("mixing", mixing->parameters);
  Method method{.name = std::string(info.name),
                .folder = folder_name(typed),
                .saliency = take_part(owner, "saliency", saliency, keys, offered),
                .pairing = take_part(owner, "pairing", pairing, keys, offered),
                .mixing = take_part(owner, "mixing", mixing, keys, offered)};
  for (const std::string& name : offered.names()) valid.push_back(name);
  if (!keys.empty()) refuse_keys(owner, keys, valid);
  return method;
}

// For the command `saliency`, whose saliency belongs to no method, so keys need no part's name.
Part<SaliencyInfo> parse_saliency(std::string_view typed) {
  const std::string owner = "saliency '" + printable(typed) + "'";
  const SaliencyInfo* info = usable_part(owner, "saliency", saliency_registry(), name_of(typed));
  Keys keys = keys_of(owner, typed);
  OfferedKeys offered;
  offered.add("saliency", info->parameters);
  Part<SaliencyInfo> part = take_part(owner, "saliency", info, keys, offered);
  if (!keys.empty()) refuse_keys(owner, keys, offered.names());
  return part;
}

}  // namespace guidedmixup
