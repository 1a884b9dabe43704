#include "Reader.hpp"
#include "Tokens.hpp"

#include <algorithm>

/// Up to so many keys, a repeated one is looked for among those before it; above, all are sorted when the object ends.
static constexpr size_t few_keys = 64;

/// Whether a string holds an escape. Asked from left to right, so that each byte of the document is looked at once.
bool csj_reader::has_escape(const char *begin, const char *end) {
    if (next_escape_ < begin) {
        const void *found = std::memchr(begin, '\\', size_t(end_ - begin));
        next_escape_ = found ? static_cast<const char *>(found) : end_;
    }
    return next_escape_ < end;
}

bool csj_reader::walk_fields(ondemand::object &object, Wanted wanted, size_t depth) {
    const size_t first = keys_.size();
    uint64_t seen = 0;
    for (auto result : object) {
        ondemand::field field;
        if (std::move(result).get(field)) return fail_structure();
        const char *const begin = field.key().raw();
        const std::string_view token = field.value().raw_json_token();
        // Between a key and its value stand its quote, blanks, and a colon: iterating has made sure of it.
        const char *end = token.data() - 1;
        while (*end != ':') --end;
        do --end;
        while (*end != '"');
        Key key = {0, std::string_view(begin, size_t(end - begin))};
        if (has_escape(begin, end) && field.unescaped_key().get(key.text)) return fail(CSJ_BAD_ESCAPE, begin - 1);
        key.word = key_word(key.text.data(), key.text.size());

        if (keys_.size() - first < few_keys && is_repeated(first, seen, key)) return fail(CSJ_DUPLICATE_KEY, begin - 1);
        keys_.push_back(key);
        if (notes_members_ && depth == 1) note_member(key.text, token);

        const Wanted next = {
            wanted.record ? wanted.record->find(key.word, key.text) : nullptr,
            wanted.item ? wanted.item->find(key.word, key.text) : nullptr};
        if (!walk_value(field.value(), next, depth)) return false;
    }
    if (keys_.size() - first > few_keys && !are_distinct(first)) return false;
    keys_.resize(first);
    return true;
}

/// Whether a key stands among those since `first`. `seen` keeps one bit of each, so that most keys need no search.
bool csj_reader::is_repeated(size_t first, uint64_t &seen, Key key) const {
    const uint64_t bit = uint64_t(1) << ((key.word * 0x9E3779B97F4A7C15u) >> 58);
    const bool is_new = !(seen & bit);
    seen |= bit;
    if (is_new) return false;
    for (size_t i = first; i < keys_.size(); ++i) {
        if (keys_[i].word == key.word && keys_[i].text == key.text) return true;
    }
    return false;
}

/// Sorts the keys since `first`, and fails at the first repetition in the order of the document.
bool csj_reader::are_distinct(size_t first) {
    std::vector<size_t> order(keys_.size() - first);
    for (size_t i = 0; i < order.size(); ++i) order[i] = first + i;
    std::sort(order.begin(), order.end(), [&](size_t left, size_t right) {
        const int compared = keys_[left].text.compare(keys_[right].text);
        return compared != 0 ? compared < 0 : left < right;
    });
    size_t repeated = SIZE_MAX;
    for (size_t i = 1; i < order.size(); ++i) {
        if (keys_[order[i - 1]].text == keys_[order[i]].text) repeated = std::min(repeated, order[i]);
    }
    if (repeated == SIZE_MAX) return true;
    // An unescaped key stands in simdjson's buffer, not in the document: then the object's end has to do as its place.
    const char *const at = keys_[repeated].text.data() - 1;
    const bool is_inside = !std::less<const char *>()(at, begin_) && std::less<const char *>()(at, end_);
    const char *location = end_;
    if (!is_inside && document_->current_location().get(location)) location = end_;
    return fail(CSJ_DUPLICATE_KEY, is_inside ? at : location);
}

void csj_reader::note_member(std::string_view name, std::string_view token) {
    const char *inner = token.data() + 1;
    while (inner < end_ && is_blank(*inner)) ++inner;
    const bool is_array = token.front() == '[';
    members.push_back({std::string(name), is_array && *inner == '{', is_array && *inner == ']'});
}

bool csj_reader::walk_value(ondemand::value &value, Wanted wanted, size_t depth) {
    const std::string_view token = value.raw_json_token();
    switch (token.front()) {
    case '"': return walk_string(value, trimmed(token), wanted);
    case '{':
    case '[': return walk_container(value, token, wanted, depth);
    default:
        // The iterator steps over any other scalar by itself.
        return walk_scalar(trimmed(token), wanted);
    }
}

bool csj_reader::walk_string(ondemand::value &value, std::string_view token, Wanted wanted) {
    if (token.size() < 2 || token.back() != '"') return fail(CSJ_UNEXPECTED, token.data());
    std::string_view text = token.substr(1, token.size() - 2);
    if (has_escape(text.data(), text.data() + text.size())) {
        if (value.get_string().get(text)) return fail(CSJ_BAD_ESCAPE, token.data());
    } else {
        // Steps over it. Left to do so by itself, the iterator takes a string before a colon for a key, and with it goes
        // on to the next bracket that closes: of `{"a":"x":1,"b":2}}` it would see but `a`.
        ondemand::raw_json_string passed;
        if (value.get_raw_json_string().get(passed)) return fail_structure();
    }
    if (wanted.record && wanted.record->is_list) verdict_.list_kind = CSJ_TEXT;
    return !wanted.captures() || capture(wanted, CSJ_TEXT, text);
}

bool csj_reader::walk_scalar(std::string_view token, Wanted wanted) {
    csj_kind kind;
    switch (token.front()) {
    case 't':
    case 'f':
        if (token != "true" && token != "false") return fail(CSJ_BAD_LITERAL, token.data());
        kind = CSJ_BOOLEAN;
        break;
    case 'n':
        if (token != "null") return fail(CSJ_BAD_LITERAL, token.data());
        kind = CSJ_NULL;
        break;
    case '-':
    case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9':
        if (!is_number(token)) return fail(CSJ_BAD_NUMBER, token.data());
        kind = CSJ_NUMBER;
        break;
    default:
        return fail(CSJ_UNEXPECTED, token.data());
    }
    if (wanted.record && wanted.record->is_list) verdict_.list_kind = kind;
    return !wanted.captures() || capture(wanted, kind, token);
}

bool csj_reader::walk_container(ondemand::value &value, std::string_view token, Wanted wanted, size_t depth) {
    const char *const begin = token.data();
    if (depth >= depth_) return fail(CSJ_TOO_DEEP, begin);
    const bool is_array = *begin == '[';
    const bool is_list = wanted.record && wanted.record->is_list;
    const csj_kind kind = is_array ? CSJ_ARRAY : CSJ_OBJECT;
    if (is_list) verdict_.list_kind = kind;
    if (is_array) {
        ondemand::array array;
        if (value.get_array().get(array)) return fail_structure();
        if (!walk_elements(array, wanted, depth + 1, is_list)) return false;
    } else {
        ondemand::object object;
        if (value.get_object().get(object)) return fail_structure();
        if (!walk_fields(object, wanted, depth + 1)) return false;
    }
    if (!wanted.captures()) return true;
    const char *end;
    if (document_->current_location().get(end)) return fail(CSJ_INCOMPLETE, end_);
    return capture(wanted, kind, trimmed(std::string_view(begin, size_t(end - begin))));
}
