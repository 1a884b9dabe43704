import Foundation

extension ProductSample {
    static let all: [ProductSample] =
        [
            zendeskJSON, zendeskAPI, zendeskCSV, freshdeskCSV, freshdeskAPI, jira, spanishJira, gorgias, hubspot, front,
            zammad, salesforce, osTicket, genericCSV, genericJSON,
        ] + conversations + tables

    // MARK: - Zendesk

    private static func ticket(_ index: Int) -> [String: Any] {
        [
            "id": 10_000 + index, "via": ["channel": index % 3 == 0 ? "email" : "web"], "subject": "Question \(index)",
            "raw_subject": "Question \(index)", "description": "Where is parcel \(index)?",
            "status": ["new", "open", "pending", "hold", "solved", "closed"][index % 6],
            "created_at": Rows.time(index), "updated_at": Rows.time(index + 1), "tags": ["parcel"],
            "custom_fields": [["id": 1, "value": NSNull()]], "satisfaction_rating": NSNull(),
        ]
    }

    private static let zendeskJSON = ProductSample(
        preset: "zendesk-json",
        text: Rows.documents { (index: Int) -> [String: Any] in
            var ticket = ticket(index)
            let person: [String: Any] = [
                "id": 7000 + index, "name": "Person \(index)", "email": "P\(index)@Example.com ",
            ]
            (ticket["requester"], ticket["submitter"], ticket["assignee"]) = (person, person, ["id": 9])
            ticket["comments"] = [
                ["id": index, "plain_body": "Where?", "public": true, "author_id": 7000 + index],
                ["id": 100 + index, "html_body": "<p>On its <b>way</b></p>", "public": true, "author_id": 9],
                ["id": 200 + index, "plain_body": "A bore", "public": false, "author_id": 9],
            ]
            if index % 10 == 9 { ticket["status"] = "deleted" }
            return ticket
        }, read: 40, skipped: ["deleted": 4], message: "Question 1\n\nWhere is parcel 1?", status: "open",
        createdAt: "2024-03-05T01:07:00Z", messages: ["customer: Where?", "agent: On its way"],
        dropped: ["internal-note": 36])

    private static let zendeskAPI = ProductSample(
        preset: "zendesk-api",
        text: Rows.documents(
            in: "{\"tickets\":[", "],\"next_page\":null,\"count\":40,\"end_of_stream\":true}\n", separator: ","
        ) { (index: Int) -> [String: Any] in
            var ticket = ticket(index)
            for key in ["requester_id", "submitter_id", "brand_id"] { ticket[key] = 7000 + index }
            ticket["generated_timestamp"] = 1_709_600_000 + index
            if index % 8 == 7 { ticket["status"] = "deleted" }
            if index == 20 { (ticket["subject"], ticket["description"]) = ("SCRUBBED", "X") }
            return ticket
        }, read: 40, skipped: ["deleted": 5, "scrubbed": 1], message: "Question 1\n\nWhere is parcel 1?",
        status: "open",
        createdAt: "2024-03-05T01:07:00Z")

    private static let zendeskCSV = ProductSample(
        preset: "zendesk-csv",
        text: Rows.csv(
            [
                "Summation column", "Id", "Requester", "Requester id", "Requester email", "Submitter", "Subject",
                "Tags",
                "Status", "Priority", "Via", "Ticket type", "Created at", "Updated at", "Solved at",
                "Satisfaction Score",
                "Status [list]",
            ],
            (0..<40).map { (index: Int) -> [String] in
                [
                    "1", "\(500 + index)", "Person \(index)", "\(7000 + index)", "p\(index)@example.com", "Person",
                    "Question \(index)\nand more", "a b",
                    ["New", "Open", "Pending", "On-hold", "Solved", "Closed"][index % 6], "-", "Mail", "-",
                    Rows.time(index, "%04d-%02d-%02d %02d:07"), Rows.time(index + 1, "%04d-%02d-%02d %02d:07"), "-",
                    "Not Offered", "other",
                ]
            }), read: 40, answers: "zone: Europe/Berlin", message: "Question 1\nand more", status: "open",
        createdAt: "2024-03-05T00:07:00Z")

    // MARK: - Freshdesk

    private static let freshdeskCSV = ProductSample(
        preset: "freshdesk-csv",
        text: Rows.csv(
            [
                "Ticket Id", "Subject", "Description", "Status", "Priority", "Source", "Created Time", "Resolved time",
                "Last updated time", "Full name", "Email", "Contact ID",
            ],
            (0..<40).map { (index: Int) -> [String] in
                [
                    "\(index + 1)", "Bicycle \(index)", "It squeaks, \"loudly\"",
                    ["Open ", "Pending", "Resolved", "Closed", "Waiting on Third Party"][index % 5], "Low", "Portal",
                    Rows.time(index, "%04d-%02d-%02d %02d:07:09"), "",
                    Rows.time(index + 1, "%04d-%02d-%02d %02d:07:09"),
                    "Person \(index)", "P\(index)@example.com", "p\(index)@example.com",
                ]
            }, lineEnd: "\r\n"), read: 40, answers: "zone: UTC", message: "Bicycle 1\n\nIt squeaks, \"loudly\"",
        status: "pending", createdAt: "2024-03-05T01:07:09Z")

    private static let freshdeskAPI = ProductSample(
        preset: "freshdesk-api",
        text: Rows.documents(in: "[", "]", separator: ",\n") { (index: Int) -> [String: Any] in
            [
                "id": 48_000_000_000 + index, "subject": "Bicycle \(index)", "description_text": "It  squeaks",
                "description": "<div>It<br>squeaks</div>", "status": 2 + index % 6, "source": 1 + index % 2,
                "requester_id": 4_800 + index, "responder_id": NSNull(), "spam": index % 20 == 3,
                "deleted": index % 20 == 4, "created_at": Rows.time(index), "updated_at": Rows.time(index + 1),
                "fr_due_by": Rows.time(index), "to_emails": NSNull(),
                "requester": ["id": 4_800 + index, "name": "Person", "email": "p@example.com"],
                "stats": ["resolved_at": NSNull()],
                "conversations": [
                    [
                        "id": 2, "body_text": "Oil it", "incoming": false, "private": false,
                        "created_at": Rows.time(index + 2),
                    ],
                    [
                        "id": 1, "body": "<div>Soon?</div>", "incoming": true, "private": false,
                        "created_at": Rows.time(index + 1),
                    ],
                    [
                        "id": 3, "body_text": "Again", "incoming": false, "private": true,
                        "created_at": Rows.time(index + 3),
                    ],
                ],
            ]
        }, read: 40, skipped: ["spam": 2, "deleted": 2],
        message: "Bicycle 1\n\nIt  squeaks", status: "pending", createdAt: "2024-03-05T01:07:00Z",
        messages: ["customer: Bicycle 1\n\nIt  squeaks", "customer: Soon?", "agent: Oil it"],
        dropped: ["internal-note": 36])

    // MARK: - Jira

    private static func jira(_ header: [String], status: [String], month: String) -> String {
        Rows.csv(
            header + ["Labels", "Labels", "Comment", "Comment"],
            (0..<40).map { (index: Int) -> [String] in
                [
                    "Printer \(index)", "SUP-\(index)", "\(10_000 + index)", status[index % status.count],
                    "Person \(index)", "qm:1:\(index)",
                    "0\(index % 9 + 1)/\(month)/26 9:\(10 + index) AM", "1\(index % 9)/\(month)/26 12:\(10 + index) PM",
                    "It is *broken*\nh2. again", "a", "", "05/\(month)/26 9:00 AM;557058:1;hello; you", "",
                ]
            })
    }

    private static let jira = ProductSample(
        preset: "jira-csv",
        text: "\u{FEFF}"
            + jira(
                [
                    "Summary", "Issue key", "Issue id", "Status", "Reporter", "Reporter Id", "Created", "Updated",
                    "Description",
                ], status: ["Waiting for customer", "Done", "In Progress"], month: "Jan"), read: 40,
        answers: "zone: UTC", message: "Printer 1\n\nIt is *broken*\nh2. again", status: "resolved",
        createdAt: "2026-01-02T09:11:00Z")

    private static let spanishJira = ProductSample(
        preset: "jira-csv",
        text: jira(
            [
                "Resumen", "Clave de incidencia", "ID de la incidencia", "Estado", "Informador", "ID del informador",
                "Creada", "Actualizada", "Descripción",
            ], status: ["En curso", "Resuelta", "Cerrada"], month: "dic"), read: 40, answers: "zone: America/Bogota",
        message: "Printer 1\n\nIt is *broken*\nh2. again", status: "resolved", createdAt: "2026-12-02T14:11:00Z")

    // MARK: - Others

    private static let gorgias = ProductSample(
        preset: "gorgias-csv",
        text: Rows.csv(
            [
                "Ticket id", "Tags", "Initial channel", "Subject", "Creation date", "Closed date", "Survey score",
                "Customer email", "Customer name", "Number of agent messages",
            ],
            (0..<40).map { (index: Int) -> [String] in
                [
                    "\(9000 + index)", "", "email", "Shoes \(index)",
                    Rows.time(index, "%04d-%02d-%02d %02d:07:01") + (index % 2 == 0 ? ".369865" : ""),
                    index % 2 == 0 ? "" : Rows.time(index + 2, "%04d-%02d-%02d %02d:07:01"), "",
                    "P\(index)@example.com",
                    "Person", "2",
                ]
            }), read: 40, message: "Shoes 1", status: "closed", createdAt: "2024-03-05T01:07:01Z")

    private static let hubspot = ProductSample(
        preset: "hubspot-csv",
        text: Rows.csv(
            [
                "Record ID", "Ticket name", "Ticket status", "Pipeline", "Create date", "Ticket owner",
                "Ticket description",
            ],
            (0..<40).map { (index: Int) -> [String] in
                [
                    "\(31_000_000_000 + index)", "Lamp \(index)",
                    ["New (Support Pipeline)", "Waiting on contact", "Closed", "Escalated"][index % 4], "Support",
                    Rows.time(index, "%04d-%02d-%02d %02d:07"), "Agent", "It flickers",
                ]
            }), read: 40, rejected: ["status.unknown": 10], answers: "zone: UTC", message: "Lamp 1\n\nIt flickers",
        status: "pending", createdAt: "2024-03-05T01:07:00Z")

    private static let front = ProductSample(
        preset: "front-api",
        text: Rows.documents(in: "{\"_pagination\":{\"next\":null},\"_results\":[", "]}", separator: ",") {
            (index: Int) -> [String: Any] in
            [
                "id": "cnv_\(index)", "subject": "Hello \(index)", "is_private": false,
                "status": ["assigned", "unassigned", "archived", "deleted"][index % 4],
                "recipient": ["name": "Person", "handle": "p\(index)@example.com"], "ticket_ids": [],
                "created_at": 1_709_600_000.25 + Double(index), "waiting_since": NSNull(),
            ]
        }, read: 40, skipped: ["deleted": 10], message: "Hello 1", status: "open",
        createdAt: "2024-03-05T00:53:21.250000Z")

    private static let zammad = ProductSample(
        preset: "zammad",
        text: Rows.documents { (index: Int) -> [String: Any] in
            [
                "id": index + 1, "number": "\(67_000 + index)", "title": "Door \(index)", "group": "Users",
                "state": ["new", "open", "pending reminder", "closed", "merged"][index % 5], "state_id": index % 5,
                "customer": "P\(index)@example.com", "customer_id": 5, "owner": "-", "article_count": 2,
                "created_at": Rows.time(index).replacing("Z", with: ".123Z"), "updated_at": Rows.time(index + 1),
                "close_at": NSNull(),
                "articles": [
                    [
                        "id": 1, "sender": "Customer", "internal": false, "body": "It sticks\nagain",
                        "content_type": "text/plain",
                    ],
                    [
                        "id": 2, "sender": "Agent", "internal": false, "body": "<p>Plane it</p>",
                        "content_type": "text/html",
                    ],
                    ["id": 3, "sender": "System", "internal": false, "body": "owner changed"],
                    ["id": 4, "sender": "Agent", "internal": true, "body": "Not again"],
                ],
            ]
        }, read: 40, skipped: ["merged": 8], message: "Door 1", status: "open",
        createdAt: "2024-03-05T01:07:00.123000Z", messages: ["customer: It sticks\nagain", "agent: Plane it"],
        dropped: ["internal-note": 32, "event": 32])

    private static let salesforce = ProductSample(
        preset: "salesforce-case",
        text: Rows.csv(
            [
                "Id", "IsDeleted", "MasterRecordId", "CaseNumber", "ContactId", "SuppliedName", "SuppliedEmail",
                "Status",
                "Origin", "Subject", "Description", "IsClosed", "ClosedDate", "OwnerId", "CreatedDate",
                "LastModifiedDate",
                "SystemModstamp",
            ],
            (0..<40).map { (index: Int) -> [String] in
                [
                    "5003z00002Ab\(100 + index)AAA", index % 10 == 8 ? "1" : "0",
                    index % 10 == 9 ? "5003z00002Ab100AAA" : "000000000000000AAA", "0000\(index)", "0033z00002",
                    "Person", "p@example.com", ["New", "On Hold", "Closed"][index % 3], "Email", "Pump \(index)",
                    "It leaks", index % 3 == 2 ? "1" : "0", "", "0053z", Rows.time(index, "%04d-%02d-%02d %02d:07:44"),
                    Rows.time(index + 1, "%04d-%02d-%02d %02d:07:44"), Rows.time(index, "%04d-%02d-%02d %02d:07:44"),
                ]
            }) + "\n", read: 40, skipped: ["deleted": 4, "merged": 4], message: "Pump 1\n\nIt leaks", status: "pending",
        createdAt: "2024-03-05T01:07:44Z")

    private static let osTicket = ProductSample(
        preset: "osticket-csv",
        text: "\u{FEFF}"
            + Rows.csv(
                [
                    "Ticket Number", "Date Created", "Subject", "From", "From Email", "Priority", "Department",
                    "Source",
                    "Current Status", "Last Updated", "Thread Count",
                ],
                (0..<40).map { (index: Int) -> [String] in
                    [
                        "\(780_000 + index / 2)", Rows.time(index / 2, "%04d-%02d-%02d %02d:07:44"), "Key \(index / 2)",
                        "Person", "p@example.com", "Normal", "Support", "Web",
                        ["Open", "Resolved", "Closed", "Deleted"][index / 2 % 4],
                        Rows.time(index, "%04d-%02d-%02d %02d:07:44"), "3",
                    ]
                }, delimiter: ";"), read: 40, skipped: ["deleted": 10, "repeated-key": 15],
        answers: "zone: UTC\ncsv: {delimiter: \";\"}", message: "Key 1", status: "resolved",
        createdAt: "2024-03-05T01:07:44Z")

    private static let genericCSV = ProductSample(
        preset: "generic-csv",
        text: Rows.csv(
            ["Ticket Number", "Title", "Body", "State", "E-Mail", "Customer"],
            (0..<40).map {
                ["\($0)", "Tap \($0)", "It drips", ["Open", "on hold", "DONE"][$0 % 3], "p@example.com", "P"]
            }),
        read: 40, message: "Tap 1\n\nIt drips", status: "pending")

    private static let genericJSON = ProductSample(
        preset: "generic-jsonl",
        text: Rows.documents { (index: Int) -> [String: Any] in
            [
                "id": index, "subject": "Tap \(index)", "message": "It drips \(index)", "status": "Open",
                "created_at": Rows.time(index),
            ]
        }, read: 40, message: "It drips 1", status: "open", createdAt: "2024-03-05T01:07:00Z")
}
