import Foundation
import ImportTestSupport

#if os(Linux)
    /// What a power cut leaves of a file that a traced program wrote: all that was synchronized, and of the rest what a
    /// seed chooses, in no order, and some of it torn.
    struct PowerCut {
        /// What disks write as one.
        private static let sector = 512

        private let workspace: Workspace
        private var random: SeededRandom

        init(_ workspace: Workspace, seed: UInt64) {
            self.workspace = workspace
            random = SeededRandom(seed: seed)
        }

        /// What strace has to be told, so that every byte of every write stands in the trace.
        static let options = ["-xx", "-s", "1000000", "-e", "trace=pwrite64,ftruncate,fdatasync,fsync"]

        private enum Change {
            case write(offset: Int, [UInt8])
            case truncation(Int)
        }

        /// Puts a file of which every write was traced back to what is on the disk after the cut.
        mutating func happen(to name: String) throws {
            var durable: [UInt8] = []
            var pending: [Change] = []
            for event in try Trace(workspace: workspace).events()
            where event.isEnd && Self.path(in: event.text)?.hasSuffix("/" + name) == true {
                switch event.name {
                case "fdatasync", "fsync":
                    for change in pending { Self.apply(change, to: &durable) }
                    pending = []
                case "pwrite64":
                    if let change = Self.write(in: event.text) { pending.append(change) }
                default:
                    let length = event.text.split(separator: ", ").last.flatMap { Int($0.prefix { $0.isNumber }) }
                    if let length { pending.append(.truncation(length)) }
                }
            }
            for change in pending.shuffled(using: &random) { Self.apply(torn(change), to: &durable) }
            try workspace.folder.write(name, bytes: durable)
        }

        /// As much of a write as got there; nothing in every second case.
        private mutating func torn(_ change: Change) -> Change {
            switch change {
            case .truncation: return change
            case .write(let offset, let bytes):
                if Bool.random(using: &random) { return .write(offset: offset, []) }
                let sectors = (bytes.count + Self.sector - 1) / Self.sector
                return .write(offset: offset, Array(bytes.prefix(random.int(0...sectors) * Self.sector)))
            }
        }

        private static func apply(_ change: Change, to file: inout [UInt8]) {
            switch change {
            case .truncation(let length):
                file = Array(file.prefix(length)) + Array(repeating: 0, count: max(0, length - file.count))
            case .write(let offset, let bytes):
                guard !bytes.isEmpty else { return }
                let end = offset + bytes.count
                if file.count < end { file += Array(repeating: 0, count: end - file.count) }
                file.replaceSubrange(offset..<end, with: bytes)
            }
        }

        // MARK: - Lines of a trace, in which every string stands in hexadecimal

        /// Of `pwrite64(7<\x2f…>, "\x53…", 4096, 0) = 4096`, the file's name.
        private static func path(in call: String) -> String? {
            guard let begin = call.firstIndex(of: "<"), let end = call[begin...].firstIndex(of: ">") else { return nil }
            return String(decoding: bytes(call[call.index(after: begin)..<end]), as: UTF8.self)
        }

        private static func write(in call: String) -> Change? {
            let parts = call.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            let numbers = parts[2].split(separator: ")").first?.split(separator: ", ") ?? []
            guard numbers.count == 2, let offset = Int(numbers[1]) else { return nil }
            return .write(offset: offset, bytes(parts[1]))
        }

        private static func bytes(_ text: Substring) -> [UInt8] {
            let digits = Array(text.utf8)
            guard digits.starts(with: Array("\\x".utf8)) else { return digits }
            return stride(from: 0, to: digits.count - 3, by: 4).map {
                value(digits[$0 + 2]) << 4 | value(digits[$0 + 3])
            }
        }

        private static func value(_ digit: UInt8) -> UInt8 {
            digit <= UInt8(ascii: "9") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
        }
    }
#endif
