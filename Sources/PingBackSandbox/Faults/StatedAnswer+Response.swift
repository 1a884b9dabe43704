import Foundation
import HTTPTypes
import Hummingbird
import ImportCore

extension StatedAnswer {
    /// The answer, as it goes out now.
    var response: Response {
        var headers = HTTPFields()
        if let retryAfter { headers[.retryAfter] = retryAfter.text }
        for header in self.headers {
            if let name = HTTPField.Name(header.name) { headers.append(HTTPField(name: name, value: header.value)) }
        }
        let status = HTTPResponse.Status(code: status)
        let text = body ?? usualBody(status)
        // These two have no body (RFC 9110 15.3.5, 15.4.5).
        guard !text.isEmpty, status != .noContent, status != .notModified else {
            return Response(status: status, headers: headers)
        }
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// What PingBack documents for the status, or else what FastAPI says.
    private func usualBody(_ status: HTTPResponse.Status) -> String {
        switch status.code {
        case 300..<400:
            ""
        case 402:
            #"{"error":"limit_exceeded","plan":"free","feature":"agents","#
                + #""message":"You have reached the limit of your plan","current":1,"limit":1}"#
        case 429 where retryAfter == nil:
            #"{"detail":"Monthly message limit reached"}"#
        default:
            #"{"detail":"\#(status.reasonPhrase)"}"#
        }
    }
}

extension StatedAnswer.RetryMoment {
    fileprivate var text: String {
        switch self {
        case .seconds(let seconds): String(seconds)
        case .date(let seconds): Self.imfFixdate(Date(timeIntervalSinceNow: seconds))
        }
    }

    /// RFC 9110 5.6.7. The C library's day and month names are English in the C locale, and here by construction.
    private static func imfFixdate(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.weekday, .day, .month, .year, .hour, .minute, .second], from: date)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int?) -> String {
            let digits = String(number ?? 0)
            return digits.count < 2 ? "0" + digits : digits
        }
        let day = "\(days[(parts.weekday ?? 1) - 1]), \(two(parts.day)) \(months[(parts.month ?? 1) - 1])"
        let time = "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))"
        return "\(day) \(parts.year ?? 0) \(time) GMT"
    }
}
