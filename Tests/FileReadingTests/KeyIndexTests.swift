import Foundation
import ImportCore
import ImportTestSupport
import Testing

@testable import FileReading

@Suite("The index of keys: finds every repeat, in memory and on disk")
struct KeyIndexTests {
    private static func fingerprint(_ key: Int) -> KeyFingerprint {
        let bytes = Array("key \(key)".utf8)
        return KeyFingerprints.hash([ByteRange(offset: 0, length: bytes.count)], bytes)[0]
    }

    @Test("it names the first record of each key, as a dictionary does", arguments: 0..<4 as Range<UInt64>)
    func agreesWithDictionary(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(seed: seed)
        var index = SpillingKeyIndex(entriesInMemory: 1000, folder: folder.url.path)
        var first: [KeyFingerprint: RecordID] = [:]
        for file in 0..<4 {
            for number in 1...3000 where Int.random(in: 0..<10, using: &random) > 0 {
                let key = Self.fingerprint(Int.random(in: 0..<6000, using: &random))
                let record = RecordID(file: file, number: number)
                #expect(try index.insert(key, record: record) == first[key])
                if first[key] == nil { first[key] = record }
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    @Test("the filter never denies a key that was entered, and denies most others")
    func bloomFilter() {
        let entries = (0..<20000).map { key in
            let fingerprint = Self.fingerprint(key)
            return KeyEntry(low: fingerprint.low, high: fingerprint.high, ordinal: UInt32(key))
        }
        var filter = BloomFilter(keys: 10000)
        for entry in entries[..<10000] { filter.insert(entry) }
        #expect(entries[..<10000].allSatisfy(filter.mayContain))
        #expect(entries[10000...].count(where: filter.mayContain) < 500)
    }

    @Test("a record without a key has no fingerprint")
    func noKey() {
        #expect(KeyFingerprints.hash([.none], [1]) == [.none])
    }

    @Test("a folder that cannot be written is told")
    func unwritable() {
        var index = SpillingKeyIndex(entriesInMemory: 1, folder: "/nonexistent")
        #expect(throws: InputError.scratch(path: "/nonexistent", errno: ENOENT)) {
            _ = try index.insert(Self.fingerprint(1), record: RecordID(file: 0, number: 1))
        }
    }
}
