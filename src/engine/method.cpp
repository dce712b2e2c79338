#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/engine/method.hpp>

namespace guidedmixup {
namespace {

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

Keys parse_keys(std::string_view typed, std::string_view list) {
  Keys keys;
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      throw UsageError("method '" + printable(typed) + "': expected key=value, found '" +
                       printable(item) + "'");
    }
    const std::string key(item.substr(0, equals));
    if (!keys.emplace(key, item.substr(equals + 1)).second) {
      throw UsageError("method '" + printable(typed) + "': the key '" + key + "' is given twice");
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
Part<Info> take_part(std::string_view typed, const Info* info, Keys& keys,
                     std::vector<std::string>& valid) {
  Part<Info> part{info, ParameterValues(info->parameters)};
  for (const ParameterInfo& parameter : info->parameters) {
    valid.push_back(parameter.name);
    if (const auto text = take(keys, parameter.name)) {
      part.values.set(parameter.name,
                      parse_parameter("method '" + printable(typed) + "'", parameter, *text));
    }
  }
  return part;
}

const PairingInfo* choose_pairing(std::string_view typed, const MethodInfo& method,
                                  const MixingInfo& mixing, Keys& keys,
                                  std::vector<std::string>& valid) {
  if (!mixing.needs_partners) return find_pairing(method.pairing);
  valid.emplace_back("pairing");
  const std::string name = take(keys, "pairing").value_or(std::string(method.pairing));
  const PairingInfo* info = find_pairing(name);
  if (info == nullptr || info->make == nullptr) {
    throw UsageError("method '" + printable(typed) + "': pairing must be one of " +
                     names_of(pairing_registry().subspan(1)) + ", found '" + printable(name) + "'");
  }
  return info;
}

const SaliencyInfo* choose_saliency(std::string_view typed, const MethodInfo& method, bool needed,
                                    Keys& keys, std::vector<std::string>& valid) {
  if (!needed) return find_saliency("none");
  valid.emplace_back("saliency");
  const std::string usual(method.saliency == "none" ? "spectral-residual" : method.saliency);
  const std::string name = take(keys, "saliency").value_or(usual);
  const SaliencyInfo* info = find_saliency(name);
  if (info == nullptr || info->make == nullptr) {
    throw UsageError("method '" + printable(typed) + "': saliency must be one of " +
                     names_of(saliency_registry().subspan(1)) + ", found '" + printable(name) +
                     "'");
  }
  return info;
}

[[noreturn]] void refuse_keys(std::string_view typed, const Keys& keys,
                              const std::vector<std::string>& valid) {
  std::string list;
  for (const std::string& key : valid) list += (list.empty() ? "" : ", ") + key;
  throw UsageError("method '" + printable(typed) + "': the key '" + printable(keys.begin()->first) +
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
  const std::size_t colon = typed.find(':');
  const std::string_view name = typed.substr(0, colon);
  const MethodInfo& info = find_method(name);
  Keys keys = colon == std::string_view::npos ? Keys{} : parse_keys(typed, typed.substr(colon + 1));

  Method method;
  method.name = info.name;
  method.folder = folder_name(typed);
  const MixingInfo* mixing = find_mixing(info.mixing);
  std::vector<std::string> valid;
  const PairingInfo* pairing = choose_pairing(typed, info, *mixing, keys, valid);
  const bool needs_saliency = mixing->needs_saliency || pairing->needs_distances;
  const SaliencyInfo* saliency = choose_saliency(typed, info, needs_saliency, keys, valid);
  method.saliency = take_part(typed, saliency, keys, valid);
  method.pairing = take_part(typed, pairing, keys, valid);
  method.mixing = take_part(typed, mixing, keys, valid);
  if (!keys.empty()) refuse_keys(typed, keys, valid);
  return method;
}

}  // namespace guidedmixup
