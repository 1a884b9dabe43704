import ImportCore

/// A file of records behind a name of the plan: the named file itself, what it unpacks to, or one of those in an archive.
struct PackedFile {
    var name: SourceFiles.Name
    var packing: Packing?
    /// Stands at the beginning of what is unpacked.
    var reader: BlockReader

    /// The files behind a name, told by the first bytes.
    static func files(of name: SourceFiles.Name, limits: UnpackingLimits) throws(InputError) -> [PackedFile] {
        let reader = try BlockReader(path: name.path, shown: name.shown)
        let magic = try reader.peek(Compression.magicBytes)
        if Compression.isZip(magic) {
            guard reader.isRegular else { throw .zipThroughPipe(path: name.shown) }
            return try members(of: name, limits: limits)
        }
        if let members = name.members {
            throw .damaged(path: name.shown, what: "this is no zip archive, so there is no \(members) in it")
        }
        guard let compression = Compression(magic) else { return [PackedFile(name: name, reader: reader)] }
        let packing = Packing(member: nil, compression: compression, limits: limits)
        var stream: OpenStream?
        if !reader.isRegular {
            let opened = reader.detach()
            stream = OpenStream(descriptor: opened.descriptor, head: [], packed: opened.head)
        }
        return [try PackedFile(name, packing, stream)]
    }

    private static func members(
        of name: SourceFiles.Name, limits: UnpackingLimits
    ) throws(InputError) -> [PackedFile] {
        var files: [PackedFile] = []
        for member in try ZipArchive.members(path: name.path, shown: name.shown, pattern: name.members) {
            var own = name
            own.shown += "/" + member.name
            var file = try PackedFile(own, Packing(member: member, compression: nil, limits: limits))
            if let compression = Compression(try file.reader.peek(Compression.magicBytes)) {
                file = try PackedFile(own, Packing(member: member, compression: compression, limits: limits))
            }
            files.append(file)
        }
        return files
    }

    private init(name: SourceFiles.Name, reader: BlockReader) {
        self.name = name
        self.reader = reader
    }

    private init(_ name: SourceFiles.Name, _ packing: Packing, _ stream: OpenStream? = nil) throws(InputError) {
        self.name = name
        self.packing = packing
        reader = try BlockReader(path: name.path, stream: stream, packing: packing, shown: name.shown, isLook: true)
    }
}
