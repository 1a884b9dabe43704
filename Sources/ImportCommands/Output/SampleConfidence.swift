import Foundation
import ImportCore

/// What a sample without a difference says about all.
enum SampleConfidence {
    /// With 95 % confidence fewer than 3 / n of all differ, where none of n does: the rule of three (Hanley and
    /// Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 249, 1983, pages 1743 to 1745). For a
    /// sample that is a large part of all it says too much, never too little.
    static func sentence(sample: Int, total: Int) -> String {
        guard sample < total else { return "all are compared" }
        // Below this the rule is coarse, and a percentage says nothing.
        guard sample >= fewest else { return "too few to say anything about all" }
        return "with 95 % confidence fewer than \(percentage(3 / Double(sample))) of all do"
    }

    /// From about thirty on the rule is off by less than a tenth (the same paper).
    private static let fewest = 30

    /// `10 %`, `0.03 %`: two significant digits, the last one rounded up.
    static func percentage(_ share: Double) -> String {
        let percent = share * 100
        let scale = pow(10, 1 - floor(log10(percent)))
        let rounded = (percent * scale - 1e-9).rounded(.up) / scale
        return rounded.formatted(.number.precision(.fractionLength(0...6)).locale(Locale(identifier: "en_US_POSIX")))
            + " %"
    }
}
