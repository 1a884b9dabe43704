#include <libxml/xmlversion.h>
// Where libxml2 is built with ICU, its headers would bring ICU's along, and those are not the ones that Foundation has. They
// fill a private member of one struct, which nobody here looks at.
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
