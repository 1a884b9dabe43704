#include "Reader.hpp"

// Where a document is wrong. Only broken documents come here, so that nothing in it need be fast.

bool csj_reader::fail(csj_code code, const char *at) {
    verdict_.code = code;
    verdict_.offset = at <= begin_ ? 0 : at >= end_ ? size_t(end_ - begin_) : size_t(at - begin_);
    return false;
}

/// A failure of iterating: On-Demand stands just behind the token that it could not use.
bool csj_reader::fail_structure() {
    const char *location;
    if (document_->current_location().get(location) || location >= end_) return fail(CSJ_INCOMPLETE, end_);
    return fail(CSJ_UNEXPECTED, location);
}

namespace {

/// The first place where quotes and escapes, read from the left, go wrong: a control character in a string, or, where there
/// is none, the quote of the string that is not closed.
const char *find_broken_string(const char *p, const char *end, bool is_control) {
    const char *quote = nullptr;
    for (; p < end; ++p) {
        if (quote && is_control && static_cast<unsigned char>(*p) < 0x20) return p;
        if (*p == '\\') {
            if (quote && is_control && p + 1 < end && static_cast<unsigned char>(p[1]) < 0x20) return p + 1;
            ++p;
        } else if (*p == '"') {
            quote = quote ? nullptr : p;
        }
    }
    return quote ? quote : end;
}

/// The start of the first character that is not valid UTF-8.
const char *find_broken_character(const char *p, const char *end) {
    while (p < end) {
        const char *next = p + 1;
        if (*p & 0x80) {
            while (next < end && next - p < 4 && (*next & 0xC0) == 0x80) ++next;
            if (!simdjson::validate_utf8(p, size_t(next - p))) return p;
        }
        p = next;
    }
    return end;
}

}  // namespace

bool csj_reader::fail_stage1(simdjson::error_code error) {
    switch (error) {
    case simdjson::UNCLOSED_STRING: return fail(CSJ_UNCLOSED_STRING, find_broken_string(begin_, end_, false));
    case simdjson::UNESCAPED_CHARS: return fail(CSJ_CONTROL_CHARACTER, find_broken_string(begin_, end_, true));
    case simdjson::UTF8_ERROR: return fail(CSJ_NOT_UTF8, find_broken_character(begin_, end_));
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY: return fail(CSJ_NO_MEMORY, begin_);
    default: return fail(CSJ_UNEXPECTED, begin_);
    }
}
