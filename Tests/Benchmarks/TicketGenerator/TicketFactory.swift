/// Makes one ticket after the other from a seed. The n-th ticket does not depend on how many are asked for, so a smaller
/// file is a larger one's beginning.
struct TicketFactory {
    private static let statuses = bytes(["new", "open", "pending", "hold", "solved", "closed"])
    /// Of a hundred tickets; an old team's file is mostly done.
    private static let statusShares = [2, 6, 5, 3, 24, 60]
    private static let channels = bytes(["email", "email", "email", "web", "web", "chat", "phone", "whatsapp"])
    private static let agents = bytes([
        "dana.whitby", "femi.adeyemi", "ines.roth", "jonas.lind", "mei.tan", "unassigned",
    ])
    private static let tagNames = bytes([
        "billing", "refund", "shipping", "login", "mobile", "vip", "bug", "feature-request", "eu", "follow-up",
    ])
    private static let ratings = bytes(["", "", "", "good", "good", "bad"])
    private static let domains = bytes(["example.com", "example.org", "example.net"])

    /// 1 January 2015 and, on average, a ticket every 30 seconds: ten million end in 2024.
    private static let firstCreatedAt = 1_420_070_400
    private static let firstID = 204_518_773_000_000_000
    private static let firstRequesterID = 361_000_000_000

    private let messages: Int
    private let customers: Int
    private var random: SplitMix64
    private var index = 0
    private var nextID = firstID
    private var createdAt = firstCreatedAt

    init(seed: UInt64, messages: Int, customers: Int) {
        random = SplitMix64(seed: seed)
        self.messages = messages
        self.customers = customers
    }

    /// Fills the next ticket in; its arrays are used again.
    mutating func make(_ ticket: inout Ticket) {
        index += 1
        nextID += 1 + random.below(900)
        createdAt += random.below(61)
        ticket.id = nextID
        ticket.createdAt = createdAt
        // Half an hour to about two weeks, mostly short.
        ticket.updatedAt = createdAt + 1_800 + random.below(1_100) * random.below(1_100)
        ticket.status = Self.statuses[weighted(Self.statusShares)]
        ticket.channel = random.pick(Self.channels)
        ticket.agent = random.pick(Self.agents)
        ticket.satisfaction = random.pick(Self.ratings)
        ticket.replies = random.below(12)
        ticket.tags.removeAll(keepingCapacity: true)
        for _ in 0..<random.below(4) {
            let tag = random.pick(Self.tagNames)
            if !ticket.tags.contains(tag) { ticket.tags.append(tag) }
        }
        let book = makeRequester(of: &ticket)
        makeText(of: &ticket, from: book)
        makeComments(of: &ticket, from: book)
    }

    /// A requester's number decides name, address and language, so a customer who writes again is the same customer.
    private mutating func makeRequester(of ticket: inout Ticket) -> PhraseBook {
        let requester = random.below(customers)
        var own = SplitMix64(seed: UInt64(requester))
        var share = own.below(100)
        let book = PhraseBook.all.first { book in
            share -= book.share
            return share < 0
        }
        guard let book else { preconditionFailure("the shares of the phrase books add up to 100") }
        let given = own.pick(book.givenNames)
        let family = own.pick(book.familyNames)
        ticket.requesterID = Self.firstRequesterID + requester
        ticket.requesterName.removeAll(keepingCapacity: true)
        ticket.requesterName += book.familyFirst ? family.shown : given.shown
        ticket.requesterName.append(UInt8(ascii: " "))
        ticket.requesterName += book.familyFirst ? given.shown : family.shown
        ticket.requesterEmail.removeAll(keepingCapacity: true)
        ticket.requesterEmail += given.address
        ticket.requesterEmail.append(UInt8(ascii: "."))
        ticket.requesterEmail += family.address
        ticket.requesterEmail.appendDecimal(requester)
        ticket.requesterEmail.append(UInt8(ascii: "@"))
        ticket.requesterEmail += own.pick(Self.domains)
        return book
    }

    private mutating func makeText(of ticket: inout Ticket, from book: PhraseBook) {
        ticket.subject.removeAll(keepingCapacity: true)
        ticket.subject.appendPhrase(random.pick(book.subjects), &random)
        ticket.description.removeAll(keepingCapacity: true)
        // A tenth are one line, as a web form's are; the others are letters of several.
        if random.chance(percent: 10) {
            ticket.description.appendPhrase(random.pick(book.problems), &random)
            return
        }
        ticket.description += random.pick(book.greetings)
        ticket.description += [0x0A, 0x0A]
        ticket.description.appendPhrase(random.pick(book.problems), &random)
        let first = random.below(book.details.count)
        for number in first..<(first + min(random.below(5), book.details.count)) {
            ticket.description.append(random.chance(percent: 30) ? 0x0A : UInt8(ascii: " "))
            ticket.description.appendPhrase(book.details[number % book.details.count], &random)
        }
        ticket.description += [0x0A, 0x0A]
        ticket.description += random.pick(book.closings)
        ticket.description.append(0x0A)
        ticket.description += ticket.requesterName
    }

    /// Comments have a sequence of their own, so that asking for them changes nothing else of a ticket. The first repeats
    /// the description, as in the exports they stand for.
    private func makeComments(of ticket: inout Ticket, from book: PhraseBook) {
        ticket.comments.removeAll(keepingCapacity: true)
        var own = SplitMix64(seed: UInt64(nextID))
        var time = ticket.createdAt
        for number in 0..<messages {
            var body: [UInt8] = []
            if number == 0 {
                body = ticket.description
            } else {
                time += 60 + own.below(20_000)
                body.appendPhrase(own.pick(number.isMultiple(of: 2) ? book.problems : book.details), &own)
            }
            ticket.comments.append(
                Ticket.Comment(
                    id: index * 1_000 + number, fromCustomer: number.isMultiple(of: 2), body: body, createdAt: time))
        }
    }

    private mutating func weighted(_ shares: [Int]) -> Int {
        var rest = random.below(100)
        return shares.firstIndex { share in
            rest -= share
            return rest < 0
        } ?? 0
    }

    private static func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }
}
