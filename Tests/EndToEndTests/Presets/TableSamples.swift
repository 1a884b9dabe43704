import Foundation

/// Exports in CSV that came after the first ones.
extension ProductSample {
    static let tables = [zohoDesk, serviceNow]

    private static let zohoDesk = ProductSample(
        preset: "zoho-desk-csv",
        text: Rows.csv(
            [
                "ID", "Account ID", "Contact ID", "Email", "Phone", "Subject", "Description", "Status", "Ticket Owner",
                "Created Time", "Ticket Closed Time", "Modified Time", "Request Id", "Number of Threads", "Channel",
                "Ticket Age", "Is Escalated",
            ],
            (0..<40).map { (index: Int) -> [String] in
                let isClosed = index % 5 >= 3
                return [
                    "\(168_437_000_000_338_000 + index)", "", "168437000000338099", "P\(index)@example.com", "",
                    "Fridge \(index)", "<div>It <b>hums</b>,<br>&quot;loudly&quot;</div>",
                    ["Open", "On Hold", "Escalated", "Closed", "Te facturen"][index % 5], "168437000000139001",
                    Rows.time(index, "%04d-%02d-%02d %02d:07:59"),
                    isClosed ? Rows.time(index + 2, "%04d-%02d-%02d %02d:07:59") : "",
                    Rows.time(index + 2, "%04d-%02d-%02d %02d:07:59"), "\(101 + index)", "2", "Email",
                    Rows.time(index, "%04d-%02d-%02d %02d:07:59"), "false",
                ]
            }, lineEnd: "\r\n"), read: 40, answers: "zone: UTC", message: "It hums,\n\"loudly\"", status: "pending",
        createdAt: "2024-03-05T01:07:59Z")

    /// Two rows an incident, the second half of them as a spreadsheet has saved it.
    private static let serviceNow = ProductSample(
        preset: "servicenow-log",
        text: Rows.csv(
            [
                "number", "incident_state", "active", "reassignment_count", "sys_mod_count", "caller_id", "opened_at",
                "sys_updated_at", "category", "subcategory", "u_symptom", "resolved_at", "closed_at",
            ],
            (0..<40).map { (row: Int) -> [String] in
                let incident = row / 2
                let sign = incident < 10 ? "/" : "-"
                func time(_ day: Int) -> String { "\(day)\(sign)2\(sign)2016 01:16" }
                return [
                    "INC\(45 + incident)", row % 2 == 0 ? "New" : "Awaiting User Info", "True", "0", "\(row % 2)",
                    "Caller \(incident)", time(incident + 1), time(incident + 2), "Category 55", "Subcategory 170", "?",
                    incident % 4 == 0 ? "?" : time(incident + 3), incident % 2 == 1 ? time(incident + 4) : "?",
                ]
            }), read: 40, skipped: ["repeated-key": 20], answers: "zone: UTC",
        message: "INC46\n\nCategory 55, Subcategory 170", status: "closed", createdAt: "2016-02-02T01:16:00Z")
}
