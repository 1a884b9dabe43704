/// The JSON Schema (2020-12) of the create-conversation request, as `schema request` prints it.
///
/// Written to mean the same to every validator: UUIDs by `pattern`, since `format` need not be checked, and with their
/// length, since `$` also matches before a final line feed in some engines; lengths in code points, as JSON Schema
/// counts; blank spelled out, since `\s` means something else in each engine.
package enum RequestSchema {
    package static func text(messageCharacters: Int) -> String {
        // In JSON, each backslash of a regular expression is written twice.
        let whiteSpace = WhiteSpace.characterClass.split(separator: "\\").map { "\\\\" + $0 }.joined()
        let uuid = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
        return #"""
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "title": "Create a conversation",
              "description": "The body of POST /api/v1/conversations/ of PingBack's API.",
              "type": "object",
              "required": ["business_id"],
              "additionalProperties": false,
              "properties": {
                "business_id": {
                  "description": "The business of the token's account.",
                  "$ref": "#/$defs/uuid"
                },
                "customer_id": {
                  "description": "An existing customer; left out when unknown.",
                  "$ref": "#/$defs/uuid"
                },
                "initial_message": {
                  "description": "The opening message: not only white space (Unicode's White_Space), without U+0000.",
                  "type": "string",
                  "minLength": 1,
                  "maxLength": \#(messageCharacters),
                  "pattern": "[^\#(whiteSpace)]",
                  "not": { "pattern": "\\u0000" }
                }
              },
              "$defs": {
                "uuid": {
                  "type": "string",
                  "minLength": 36,
                  "maxLength": 36,
                  "pattern": "\#(uuid)"
                }
              }
            }

            """#
    }
}
