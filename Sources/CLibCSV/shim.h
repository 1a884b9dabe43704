#pragma once

#include <csv.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// Tells libcsv that no byte is a blank, so that it trims nothing. In C, because libcsv asks for almost every byte:
/// a Swift closure with its frame took a tenth of all reading (measured).
static int csv_no_space(unsigned char byte) {
    (void)byte;
    return 0;
}

/// Which of 64 bytes equal `wanted`: bit 0 for the first.
static inline uint64_t csv_matches(const unsigned char *bytes, unsigned char wanted) {
    uint64_t mask = 0;
#if defined(__SSE2__)
    const __m128i pattern = _mm_set1_epi8((char)wanted);
    for (int part = 0; part < 4; part++) {
        const __m128i block = _mm_loadu_si128((const __m128i *)(bytes + part * 16));
        const uint64_t bits = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, pattern));
        mask |= bits << (part * 16);
    }
#else
    for (int index = 0; index < 64; index++) mask |= (uint64_t)(bytes[index] == wanted) << index;
#endif
    return mask;
}

/// What is looked for in a record before libcsv reads it.
typedef struct {
    unsigned char delimiter;
    unsigned char quote;
    int has_quote;
    /// The byte that ends a physical line.
    unsigned char line_end;
} csv_signs;

/// What a look at a record found.
typedef struct {
    /// The first CR or LF outside quotes, or the limit of the search.
    size_t position;
    /// Physical line ends before it.
    size_t lines;
    /// Whether a blank or a tabulator stands outside quotes at the edge of a field. Only then does it matter whether
    /// libcsv trims; otherwise its own test for blanks, which needs no call for each byte, gives the same fields.
    int has_edge_blank;
} csv_look;

/// Looks for the end of the record that begins at `start`.
///
/// In C, because Swift has no way from a comparison of vectors to the bits of an integer. Sixty-four bytes at a time:
/// a running exclusive or over the quotes' bits says which of them lie inside quotes.
static inline csv_look csv_look_ahead(const unsigned char *bytes, size_t start, size_t limit, csv_signs signs) {
    csv_look look = {start, 0, 0};
    uint64_t inside = 0;
    // A record begins behind an edge; and no blank has been seen before it.
    uint64_t edge_before = 1;
    uint64_t blank_before = 0;
    while (limit - look.position >= 64) {
        const unsigned char *block = bytes + look.position;
        const uint64_t feeds = csv_matches(block, '\n');
        const uint64_t returns = csv_matches(block, '\r');
        const uint64_t quotes = signs.has_quote ? csv_matches(block, signs.quote) : 0;
        uint64_t toggles = quotes;
        for (int shift = 1; shift < 64; shift *= 2) toggles ^= toggles << shift;
        const uint64_t quoted = inside ^ toggles;
        const uint64_t ends = (feeds | returns) & ~quoted;
        const uint64_t upto = ends != 0 ? ends ^ (ends - 1) : ~(uint64_t)0;

        const uint64_t blanks = (csv_matches(block, ' ') | csv_matches(block, '\t')) & ~quoted;
        const uint64_t edges = csv_matches(block, signs.delimiter) | feeds | returns | quotes;
        const uint64_t beside = blanks & (edges << 1 | edge_before | edges >> 1);
        if ((beside & upto) != 0 || (blank_before & edges & 1) != 0) look.has_edge_blank = 1;
        edge_before = edges >> 63;
        blank_before = blanks >> 63;

        const uint64_t passed = (signs.line_end == '\n' ? feeds : returns) & upto & ~ends;
        look.lines += (size_t)__builtin_popcountll(passed);
        if (ends != 0) {
            look.position += (size_t)__builtin_ctzll(ends);
            return look;
        }
        inside = (uint64_t)((int64_t)quoted >> 63);
        look.position += 64;
    }
    for (; look.position < limit; look.position++) {
        const unsigned char byte = bytes[look.position];
        const int is_quote = signs.has_quote && byte == signs.quote;
        const int is_newline = byte == '\n' || byte == '\r';
        const int is_edge = is_quote || is_newline || byte == signs.delimiter;
        const int is_blank = inside == 0 && (byte == ' ' || byte == '\t');
        if ((is_blank && (edge_before || byte == signs.delimiter)) || (is_edge && blank_before)) {
            look.has_edge_blank = 1;
        }
        edge_before = (uint64_t)is_edge;
        blank_before = (uint64_t)is_blank;
        if (is_quote) {
            inside = ~inside;
        } else if (is_newline) {
            if (inside == 0) return look;
            look.lines += byte == signs.line_end;
        }
    }
    return look;
}
