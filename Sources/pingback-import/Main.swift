import ArgumentParser
import ImportCommands

#if canImport(CGlibcMalloc) && os(Linux)
    import CGlibcMalloc
#endif

@main
struct Main {
    static func main() async {
        #if canImport(CGlibcMalloc) && os(Linux)
            // Memory is taken on one thread and given back on another, and every arena keeps what it once had: with one
            // for each thread a fifth of all memory lay idle (measured).
            mallopt(M_ARENA_MAX, 2)
            // Pieces of a file are half a megabyte each, come by the thousand and are gone in a moment. Left to itself
            // glibc returns each to the kernel, which clears it again for the next one: a tenth of the time (measured).
            mallopt(M_MMAP_THRESHOLD, 2 << 20)
            mallopt(M_TRIM_THRESHOLD, 16 << 20)
        #endif
        await PingBackImport.main()
    }
}
