import Domain

/// The words of states and reasons on pages. A word this version does not know is shown as it is.
enum LiveWords {
    static func state(_ word: String, _ language: Language) -> String {
        guard let state = states[word] else { return word }
        return language(state.chinese, word)
    }

    static func reason(_ word: String, _ language: Language) -> String {
        guard let (chinese, english) = reasons[word] else { return word }
        return language(chinese, english)
    }

    private static let states = Dictionary(uniqueKeysWithValues: RequestState.allCases.map { ($0.word, $0) })

    private static let reasons: [String: (String, String)] = Dictionary(
        uniqueKeysWithValues: WaitingReason.allCases.map { ($0.word, words(of: $0)) })

    private static func words(of reason: WaitingReason) -> (String, String) {
        switch reason {
        case .routing: ("等待分派", "about to be routed")
        case .nobodyCertified: ("无人持有所需证书", "nobody is certified")
        case .certificateNotValid: ("证书已失效或尚未生效", "no certificate is valid now")
        case .everyoneOnLeave: ("持证干部均在休假", "everyone certified is on leave")
        case .everyoneAtCapacity: ("持证干部均已满负荷", "everyone certified is at capacity")
        case .everyoneDeclined: ("可承办干部均已退回或未回应", "everyone declined or stayed silent")
        }
    }
}
