/// An id as a part of a path.
enum PathSegment {
    /// The id itself; nil for one that cannot stand in a path as it is: an id is what a server or a file wrote, and is not
    /// trusted to be one.
    static func of(_ id: String) -> String? {
        let isPlain =
            !id.isEmpty
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        return isPlain ? id : nil
    }
}
