import ImportCore
import Testing

@Suite struct TimestampTextTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (1_663_599_229_000_000, "2022-09-19T14:53:49Z"),
        (1, "1970-01-01T00:00:00.000001Z"),
        (1_663_599_229_250_000, "2022-09-19T14:53:49.250000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"), (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        (951_782_400_000_000, "2000-02-29T00:00:00Z"), (-2_203_891_200_000_000, "1900-03-01T00:00:00Z"),
        (1_735_603_200_000_000, "2024-12-31T00:00:00Z"),
    ])
    func timesAreWrittenInUTCAndMicroseconds(microseconds: Int64, text: String) {
        let time = Timestamp(microseconds: microseconds)
        #expect(time.iso8601 == text)
        var bytes = Array("at ".utf8)
        time.appendISO8601(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "at " + text)
    }
}
