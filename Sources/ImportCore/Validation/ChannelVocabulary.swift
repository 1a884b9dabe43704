/// The names of the channel types, told apart without making a `String`.
struct ChannelVocabulary: Sendable {
    /// A name of up to 16 bytes as two numbers.
    private struct Word: Sendable, Equatable {
        var low: UInt64 = 0
        var high: UInt64 = 0

        init?(_ bytes: some Collection<UInt8>) {
            guard bytes.count <= 16 else { return nil }
            for byte in bytes.reversed() {
                // A NUL would be lost among the zeros behind the name.
                guard byte != 0 else { return nil }
                high = high << 8 | low >> 56
                low = low << 8 | UInt64(byte)
            }
        }
    }

    private let words: [Word]

    init() { words = ChannelType.allCases.compactMap { Word($0.rawValue.utf8) } }

    func contains(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let word = Word(bytes) else { return false }
        return words.contains(word)
    }
}
