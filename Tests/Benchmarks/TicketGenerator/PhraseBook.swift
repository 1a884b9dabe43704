/// What people of one language write to a support team, as UTF-8. A `#` stands for a number that differs each time.
struct PhraseBook: Sendable {
    /// How many tickets of a hundred are written in it.
    let share: Int
    /// Given and family names; beside each, its form in an e-mail address.
    let givenNames: [Name]
    let familyNames: [Name]
    let familyFirst: Bool
    let subjects: [[UInt8]]
    let greetings: [[UInt8]]
    let problems: [[UInt8]]
    let details: [[UInt8]]
    let closings: [[UInt8]]

    struct Name: Sendable {
        let shown: [UInt8]
        let address: [UInt8]
    }

    init(
        share: Int, givenNames: KeyValuePairs<String, String>, familyNames: KeyValuePairs<String, String>,
        familyFirst: Bool = false, subjects: [String], greetings: [String], problems: [String], details: [String],
        closings: [String]
    ) {
        func names(_ pairs: KeyValuePairs<String, String>) -> [Name] {
            pairs.map { Name(shown: Array($0.key.utf8), address: Array($0.value.utf8)) }
        }
        func texts(_ strings: [String]) -> [[UInt8]] { strings.map { Array($0.utf8) } }
        self.share = share
        self.givenNames = names(givenNames)
        self.familyNames = names(familyNames)
        self.familyFirst = familyFirst
        self.subjects = texts(subjects)
        self.greetings = texts(greetings)
        self.problems = texts(problems)
        self.details = texts(details)
        self.closings = texts(closings)
    }
}

extension PhraseBook {
    /// The shares add up to 100. About four tickets in ten hold letters beyond ASCII: more than an American team's, fewer
    /// than a Japanese one's.
    static let all = [english, german, french, spanish, polish, japanese]

    static let english = PhraseBook(
        share: 68,
        givenNames: [
            "Amelia": "amelia", "Noah": "noah", "Priya": "priya", "Oliver": "oliver", "Grace": "grace",
            "Thomas": "thomas", "Harriet": "harriet", "Idris": "idris", "Maeve": "maeve", "Callum": "callum",
            "Zoë": "zoe", "Wendell": "wendell", "Ruth": "ruth", "Kwame": "kwame",
        ],
        familyNames: [
            "Hartley": "hartley", "Okafor": "okafor", "Brennan": "brennan", "Whitlock": "whitlock", "Sato": "sato",
            "O'Dowd": "odowd", "Vance": "vance", "Llewellyn": "llewellyn", "Ashworth": "ashworth", "Mbeki": "mbeki",
            "Carver": "carver", "Pennington": "pennington", "Rao": "rao",
        ],
        subjects: [
            "Order # has not arrived", "Invoice for #, wrong address", "Cannot sign in since the update",
            "Refund for order #, please", "App crashes when I open \"Settings\"", "Question about my subscription",
            "Two charges on my card", "Re: your ticket #", "How do I export my data?", "Battery drains overnight",
            "Delivery: left with a neighbour, which one?", "Password reset mail never comes",
        ],
        greetings: ["Hi,", "Hello there,", "Dear support team,", "Good morning,", "Hi again,"],
        problems: [
            "I placed order # two weeks ago and it still says \"processing\".",
            "Since yesterday's update the app closes as soon as I open it.",
            "I was charged twice this month, once on the 3rd and once on the 5th.",
            "The parcel arrived, but the box was open, wet, and one part was missing.",
            "I can't sign in: it says \"something went wrong\", error #, and nothing else.",
            "The invoice shows our old address, and accounting won't accept it.",
            "The reset link in your mail is already expired when it gets here.",
            "My colleague left, and I need her seat moved to my account.",
        ],
        details: [
            "I have tried it on my phone, on my laptop, and in a private window, always the same.",
            "Restarting, reinstalling and clearing the cache changed nothing.",
            "The tracking page has shown the same city since Monday.",
            "Your chat told me to wait \"24 to 48 hours\"; that was five days ago.",
            "If a replacement is quicker than a refund, I'll take the replacement.",
            "We are on the team plan with # seats, if that matters.",
            "It worked until last Friday, and nothing was changed on our side.",
            "I attach what the screen says:\n\n  ERROR #: connection reset, retry in 30 s\n  at sync, line 118",
            "My wife's account, same flat, same network, has no trouble at all.",
            "Could somebody call me back? Mornings are best, any day but Thursday.",
        ],
        closings: [
            "Thanks!", "Kind regards", "Many thanks in advance,", "Cheers", "Best wishes", "Yours sincerely",
            "All the best", "With thanks", "Regards", "Thanks for looking 🙏",
        ])

    static let german = PhraseBook(
        share: 11,
        givenNames: [
            "Jürgen": "juergen", "Anneliese": "anneliese", "Björn": "bjoern", "Lena": "lena", "Sören": "soeren",
            "Käthe": "kaethe", "Matthias": "matthias", "Frauke": "frauke",
        ],
        familyNames: [
            "Müller": "mueller", "Weiß": "weiss", "Schröder": "schroeder", "Vogel": "vogel", "Kühn": "kuehn",
            "Jäger": "jaeger", "Brandt": "brandt",
        ],
        subjects: [
            "Bestellung # nicht angekommen", "Rechnung #: falsche Anschrift", "Rückerstattung, bitte",
            "Zugang gesperrt", "App stürzt beim Öffnen ab", "Frage zur Kündigung",
        ],
        greetings: ["Guten Tag,", "Hallo zusammen,", "Sehr geehrte Damen und Herren,", "Moin,"],
        problems: [
            "meine Bestellung # steht seit zwei Wochen auf „in Bearbeitung“.",
            "seit dem letzten Update lässt sich die App nicht mehr öffnen.",
            "auf der Rechnung # fehlt unsere Umsatzsteuernummer, außerdem ist die Straße falsch.",
            "das Paket kam beschädigt an; ein Teil fehlte, der Karton war durchnässt.",
        ],
        details: [
            "Ein Neustart hat nichts geändert, auch nicht auf dem Gerät meiner Frau.",
            "Die Sendungsverfolgung zeigt seit Montag „Umschlagzentrum Köln“.",
            "Können Sie mir bitte eine Rückmeldung geben, möglichst vor Freitag?",
            "Zur Not nehme ich auch eine Gutschrift über # Cent.",
        ],
        closings: ["Viele Grüße", "Mit freundlichen Grüßen", "Schöne Grüße aus Lübeck", "Danke im Voraus!"])

    static let french = PhraseBook(
        share: 7,
        givenNames: [
            "Élodie": "elodie", "François": "francois", "Chloé": "chloe", "Théo": "theo", "Maëlle": "maelle",
            "Bastien": "bastien",
        ],
        familyNames: [
            "Lefèvre": "lefevre", "Girard": "girard", "Noël": "noel", "Bérard": "berard", "Moreau": "moreau",
        ],
        subjects: [
            "Commande # jamais reçue", "Remboursement de la commande #", "Problème de connexion",
            "Facture erronée n° #", "L’application se ferme toute seule",
        ],
        greetings: ["Bonjour,", "Bonjour à toute l’équipe,", "Madame, Monsieur,"],
        problems: [
            "ma commande # est « en préparation » depuis quinze jours.",
            "je n’arrive plus à me connecter depuis la mise à jour.",
            "la facture porte notre ancienne adresse, et le comptable la refuse.",
        ],
        details: [
            "J’ai déjà vidé le cache, réinstallé l’application, redémarré le téléphone : rien n’y fait.",
            "Le suivi indique « en transit » sans bouger depuis lundi.",
            "Un échange me conviendrait aussi, si c’est plus rapide.",
        ],
        closings: ["Cordialement", "Bien à vous", "Merci d’avance !", "Belle journée ☀️"])

    static let spanish = PhraseBook(
        share: 7,
        givenNames: [
            "Lucía": "lucia", "Andrés": "andres", "Begoña": "begona", "Joaquín": "joaquin", "Inés": "ines",
            "Pablo": "pablo",
        ],
        familyNames: [
            "Núñez": "nunez", "García": "garcia", "Ibáñez": "ibanez", "Peña": "pena", "Rojas": "rojas",
        ],
        subjects: [
            "El pedido # no ha llegado", "Devolución del pedido #", "No puedo iniciar sesión",
            "Me han cobrado dos veces", "¿Cómo exporto mis datos?",
        ],
        greetings: ["Hola:", "Buenos días:", "Estimado equipo:"],
        problems: [
            "mi pedido # lleva dos semanas «en preparación».",
            "desde la última actualización la aplicación se cierra sola.",
            "este mes me han cobrado dos veces, el día 3 y el día 5.",
        ],
        details: [
            "He probado con otro navegador, otro teléfono y otra contraseña; siempre lo mismo.",
            "El seguimiento no cambia desde el lunes.",
            "¿Podrían llamarme por la mañana? Cualquier día menos el jueves.",
        ],
        closings: ["Un saludo", "Muchas gracias", "Saludos cordiales", "¡Gracias!"])

    static let polish = PhraseBook(
        share: 4,
        givenNames: [
            "Małgorzata": "malgorzata", "Łukasz": "lukasz", "Zofia": "zofia", "Paweł": "pawel", "Jagoda": "jagoda",
        ],
        familyNames: [
            "Wójcik": "wojcik", "Dąbrowska": "dabrowska", "Zieliński": "zielinski", "Żak": "zak",
        ],
        subjects: ["Zamówienie # nie dotarło", "Zwrot pieniędzy za #", "Nie mogę się zalogować"],
        greetings: ["Dzień dobry,", "Cześć,"],
        problems: [
            "zamówienie # od dwóch tygodni ma stan „w realizacji”.",
            "od ostatniej aktualizacji aplikacja wyłącza się zaraz po uruchomieniu.",
        ],
        details: [
            "Ponowne uruchomienie nic nie dało, czyszczenie pamięci też nie.",
            "Proszę o szybką odpowiedź, najlepiej przed piątkiem.",
        ],
        closings: ["Pozdrawiam", "Z góry dziękuję"])

    static let japanese = PhraseBook(
        share: 3,
        givenNames: ["陽菜": "hina", "蓮": "ren", "美咲": "misaki", "大輔": "daisuke"],
        familyNames: ["佐藤": "sato", "高橋": "takahashi", "渡辺": "watanabe", "小林": "kobayashi"],
        familyFirst: true,
        subjects: ["注文番号#が届きません", "返金について", "ログインできません"],
        greetings: ["お世話になっております。", "こんにちは。"],
        problems: [
            "注文番号#の商品が二週間たっても届いておりません。",
            "更新してから、アプリがすぐに終了してしまいます。",
        ],
        details: ["再起動も再インストールも試しましたが、変わりません。", "お手数ですが、ご確認をお願いいたします。"],
        closings: ["よろしくお願いいたします。"])
}
