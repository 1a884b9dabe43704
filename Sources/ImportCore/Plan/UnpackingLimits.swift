/// How far a packed file may unpack: what is packed may hold a disk full of nothing in a few kilobytes.
///
/// Unpacking needs no room, on disk or in memory: the bounds are for the time that such a file would take.
package struct UnpackingLimits: Sendable, Equatable {
    /// 256 GiB: ten million tickets are 4.3 GB of CSV, and no export comes near sixty times that.
    package var bytes = 256 << 30
    /// So many times the packed bytes, judged from 64 MiB unpacked on: exports shrink to a fifth or a tenth, repeats of
    /// one record to about a hundredth; what deflate can make of zeros is 1,032.
    package var ratio = 250

    package init() {}
}
