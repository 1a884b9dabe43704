#pragma once

#include <cstddef>
#include <string_view>

// RFC 8259 on single tokens. simdjson's own number readers refuse what the RFC allows (23-digit integers, 1e400), and we
// keep the digits as they were typed, so that only their grammar counts.

inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// A token without the blanks between it and the next one.
inline std::string_view trimmed(std::string_view token) {
    size_t length = token.size();
    while (length > 0 && is_blank(token[length - 1])) --length;
    return token.substr(0, length);
}

/// Whether a whole token is a number: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
inline bool is_number(std::string_view token) {
    const char *p = token.data();
    const char *const end = p + token.size();
    auto digits = [&] {
        const char *const first = p;
        while (p < end && unsigned(*p - '0') < 10) ++p;
        return p - first;
    };
    if (p < end && *p == '-') ++p;
    const char *const integer = p;
    const auto width = digits();
    if (width == 0 || (width > 1 && *integer == '0')) return false;
    if (p < end && *p == '.') {
        ++p;
        if (digits() == 0) return false;
    }
    if (p < end && (*p | 0x20) == 'e') {
        ++p;
        if (p < end && (*p == '+' || *p == '-')) ++p;
        if (digits() == 0) return false;
    }
    return p == end;
}
