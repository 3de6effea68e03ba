/// The languages of the county's pages.
enum Language: String {
    case chinese = "zh-CN"
    case english = "en"

    /// Chinese unless the header (RFC 9110, section 12.5.4) prefers English.
    init(acceptLanguage header: String?) {
        var chinese: Double?
        var english: Double?
        for range in (header ?? "").split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let tag = parts.first else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            switch tag.prefix(while: { $0 != "-" }) {
            case "zh": chinese = max(chinese ?? 0, weight)
            case "en": english = max(english ?? 0, weight)
            default: break
            }
        }
        self = (english ?? 0) > (chinese ?? 0) ? .english : .chinese
    }

    /// One of the two texts.
    func callAsFunction(_ chinese: String, _ english: String) -> String {
        self == .chinese ? chinese : english
    }
}
