import Foundation

/// Writes a file of made-up support tickets, for the benchmarks: realistic in size and dirt-free, since what is compared
/// is speed. No person, address or order in it exists.
@main
enum TicketGenerator {
    /// Written out at a time; memory stays at this, whatever the number of tickets.
    private static let bufferSize = 1 << 20

    static func main() throws {
        guard let options = GeneratorOptions(CommandLine.arguments.dropFirst()) else {
            FileHandle.standardError.write(Data((GeneratorOptions.usage + "\n").utf8))
            exit(64)
        }
        // Opened in place: `FileManager.createFile` puts a new file there, even where a device or a symbolic link stood.
        let descriptor = open(options.output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else {
            FileHandle.standardError.write(Data("error: cannot write \(options.output)\n".utf8))
            exit(73)
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var factory = TicketFactory(seed: options.seed, messages: options.messages, customers: options.customers)
        var ticket = Ticket()
        var buffer = options.format.header
        buffer.reserveCapacity(bufferSize + 65_536)
        for _ in 0..<options.count {
            factory.make(&ticket)
            options.format.append(ticket, to: &buffer)
            if buffer.count >= bufferSize {
                try file.write(contentsOf: Data(buffer))
                buffer.removeAll(keepingCapacity: true)
            }
        }
        try file.write(contentsOf: Data(buffer))
        try file.close()
    }
}
