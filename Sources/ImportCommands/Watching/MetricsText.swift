import Foundation

/// Prometheus' text format, version 0.0.4: families with their help and type, samples with their labels.
struct MetricsText {
    private static let prefix = "pingback_import_"

    private(set) var text = ""
    private let labels: [(name: String, value: String)]
    private let before: [String: Double]

    /// - Parameters:
    ///   - labels: of every sample.
    ///   - before: the samples of the file that is replaced.
    init(labels: [(name: String, value: String)], before: [String: Double]) {
        self.labels = labels
        self.before = before
    }

    mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        begin(name, help, type: "gauge")
        add(series(name), value)
    }

    mutating func gauges(_ name: String, _ help: String, _ label: String, _ values: [(String, Int)]) {
        begin(name, help, type: "gauge")
        for (word, value) in values { add(series(name, [(label, word)]), Double(value)) }
    }

    /// A gauge that stays what it was, where there is nothing new; left out as long as it was never anything.
    mutating func kept(_ name: String, _ help: String, _ value: Double?) {
        let series = series(name)
        guard let value = value ?? before[series] else { return }
        begin(name, help, type: "gauge")
        add(series, value)
    }

    /// A counter that goes on from where it was; also those of its series that nothing is added to.
    mutating func counter(
        _ name: String, _ help: String, adding value: Double, _ more: [(name: String, value: String)] = []
    ) {
        begin(name, help, type: "counter")
        let own = series(name, more)
        var values = before.filter {
            $0.key.hasPrefix(Self.prefix + name + "{") && $0.key.contains(series("").dropLast())
        }
        values[own, default: 0] += value
        for (series, value) in values.sorted(by: { $0.key < $1.key }) { add(series, value) }
    }

    private mutating func begin(_ name: String, _ help: String, type: String) {
        text += "# HELP \(Self.prefix)\(name) \(help)\n# TYPE \(Self.prefix)\(name) \(type)\n"
    }

    private mutating func add(_ series: String, _ value: Double) {
        let whole = Int(exactly: value)
        text += "\(series) \(whole.map { String($0) } ?? String(value))\n"
    }

    /// `pingback_import_name{plan="…",destination="…"}`
    private func series(_ name: String, _ more: [(name: String, value: String)] = []) -> String {
        let pairs = (labels + more).map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        return (name.isEmpty ? "" : Self.prefix + name) + "{" + pairs + "}"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    /// The samples of a file that we wrote, by their series.
    static func samples(in text: String) -> [String: Double] {
        var samples: [String: Double] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix(prefix) {
            guard let blank = line.lastIndex(of: " "), let value = Double(line[line.index(after: blank)...]) else {
                continue
            }
            samples[String(line[..<blank])] = value
        }
        return samples
    }

    /// The plan that a file's series are named after.
    static func plan(in samples: [String: Double]) -> String? {
        let start = prefix + "last_end_timestamp_seconds{plan=\""
        return samples.keys.first { $0.hasPrefix(start) }.map {
            String($0.dropFirst(start.count).prefix { $0 != "\"" })
        }
    }
}
