import Foundation

extension FileDescriptor {
    /// The bytes from an offset on; fewer where the file ends.
    func read(_ count: Int, at offset: Int) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    number, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = .current }
                guard got > 0 else { return }
                filled += got
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes all of it at an offset, whatever stands there.
    func write(_ bytes: some Collection<UInt8>, at offset: Int) throws(SystemError) {
        let failure =
            bytes.withContiguousStorageIfAvailable { put(UnsafeRawBufferPointer($0), at: offset) }
            ?? Array(bytes).withUnsafeBytes { put($0, at: offset) }
        if let failure { throw failure }
    }

    private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> SystemError? {
        var done = 0
        while done < bytes.count {
            let written = pwrite(
                number, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
            if written < 0 && errno == EINTR { continue }
            if written < 0 { return .current }
            done += written
        }
        return nil
    }

    /// The file's size and kind; nil size for what is no regular file.
    func regularSize() throws(SystemError) -> Int? {
        var facts = stat()
        guard fstat(number, &facts) == 0 else { throw .current }
        return facts.st_mode & S_IFMT == S_IFREG ? Int(facts.st_size) : nil
    }
}
