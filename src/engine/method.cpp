#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/engine/method.hpp>

namespace guidedmixup {
namespace {

// In all that follows `owner` is how messages call what was typed: "method 'mixup:alpha=x'".
using Keys = std::map<std::string, std::string, std::less<>>;

template <typename Range>
std::string names_of(const Range& infos) {
  std::string text;
  for (const auto* info : infos) text += (text.empty() ? "" : ", ") + std::string(info->name);
  return text;
}

const MethodInfo& find_method(std::string_view name) {
  std::string valid;
  for (const MethodInfo& info : method_registry()) {
    if (info.name == name) return info;
    valid += (valid.empty() ? "" : ", ") + std::string(info.name);
  }
  throw UsageError("unknown method '" + printable(name) + "': expected one of " + valid);
}

std::string_view name_of(std::string_view typed) { return typed.substr(0, typed.find(':')); }

Keys keys_of(const std::string& owner, std::string_view typed) {
  const std::size_t colon = typed.find(':');
  std::string_view list = colon == std::string_view::npos ? "" : typed.substr(colon + 1);
  Keys keys;
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      throw UsageError(owner + ": expected key=value, found '" + printable(item) + "'");
    }
    const std::string key(item.substr(0, equals));
    if (!keys.emplace(key, item.substr(equals + 1)).second) {
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

// Moves the parameters of one part from `keys` into its values.
template <typename Info>
Part<Info> take_part(const std::string& owner, const Info* info, Keys& keys,
                     std::vector<std::string>& valid) {
  Part<Info> part{info, ParameterValues(info->parameters)};
  for (const ParameterInfo& parameter : info->parameters) {
    valid.push_back(parameter.name);
    if (const auto text = take(keys, parameter.name)) {
      part.values.set(parameter.name, parse_parameter(owner, parameter, *text));
    }
  }
  return part;
}

const PairingInfo* choose_pairing(const std::string& owner, const MethodInfo& method,
                                  const MixingInfo& mixing, Keys& keys,
                                  std::vector<std::string>& valid) {
  if (!mixing.needs_partners) return find_pairing(method.pairing);
  valid.emplace_back("pairing");
  const std::string name = take(keys, "pairing").value_or(std::string(method.pairing));
  const PairingInfo* info = find_pairing(name);
  if (info == nullptr || info->make == nullptr) {
    throw UsageError(owner + ": pairing must be one of " + names_of(pairing_registry().subspan(1)) +
                     ", found '" + printable(name) + "'");
  }
  return info;
}

const SaliencyInfo* usable_saliency(const std::string& owner, std::string_view name) {
  const SaliencyInfo* info = find_saliency(name);
  if (info == nullptr || info->make == nullptr) {
    throw UsageError(owner + ": saliency must be one of " +
                     names_of(saliency_registry().subspan(1)) + ", found '" + printable(name) +
                     "'");
  }
  return info;
}

const SaliencyInfo* choose_saliency(const std::string& owner, const MethodInfo& method, bool needed,
                                    Keys& keys, std::vector<std::string>& valid) {
  if (!needed) return find_saliency("none");
  valid.emplace_back("saliency");
  const std::string usual(method.saliency == "none" ? "spectral-residual" : method.saliency);
  return usable_saliency(owner, take(keys, "saliency").value_or(usual));
}

[[noreturn]] void refuse_keys(const std::string& owner, const Keys& keys,
                              const std::vector<std::string>& valid) {
  std::string list;
  for (const std::string& key : valid) list += (list.empty() ? "" : ", ") + key;
  throw UsageError(owner + ": the key '" + printable(keys.begin()->first) +
                   "' is unknown or unused here; " +
                   (list.empty() ? "this method takes none" : "valid keys: " + list));
}

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
  Method method;
  method.name = info.name;
  method.folder = folder_name(typed);
  const MixingInfo* mixing = find_mixing(info.mixing);
  std::vector<std::string> valid;
  const PairingInfo* pairing = choose_pairing(owner, info, *mixing, keys, valid);
  const bool needs_saliency = mixing->needs_maps || pairing->needs_distances;
  const SaliencyInfo* saliency = choose_saliency(owner, info, needs_saliency, keys, valid);
  method.saliency = take_part(owner, saliency, keys, valid);
  method.pairing = take_part(owner, pairing, keys, valid);
  method.mixing = take_part(owner, mixing, keys, valid);
  if (!keys.empty()) refuse_keys(owner, keys, valid);
  return method;
}

Part<SaliencyInfo> parse_saliency(std::string_view typed) {
  const std::string owner = "saliency '" + printable(typed) + "'";
  const SaliencyInfo* info = usable_saliency(owner, name_of(typed));
  Keys keys = keys_of(owner, typed);
  std::vector<std::string> valid;
  Part<SaliencyInfo> part = take_part(owner, info, keys, valid);
  if (!keys.empty()) refuse_keys(owner, keys, valid);
  return part;
}

}  // namespace guidedmixup
