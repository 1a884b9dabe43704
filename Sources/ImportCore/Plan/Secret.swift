import Crypto

/// A value that no description shows: a token, a URL with a password.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package let reveal: String

    package init(_ value: String) { reveal = value }

    package var description: String { "‹secret›" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Tells whether the value changed without telling the value: the first 16 hexadecimal digits of its SHA-256.
    package var fingerprint: String {
        SHA256.hash(data: Array(reveal.utf8)).prefix(8).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}
