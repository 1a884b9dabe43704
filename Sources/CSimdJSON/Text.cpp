#include "CSimdJSON.h"

#include <simdjson.h>

bool csimdjson_is_utf8(const uint8_t *bytes, size_t length) {
    return simdjson::validate_utf8(reinterpret_cast<const char *>(bytes), length);
}
