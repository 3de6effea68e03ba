/// A rule says no. Shown to people; carries nothing about a resident.
public struct Refusal: Error, Sendable, Hashable {
    /// For programs, in snake_case; never changes once published.
    public let code: String
    /// What was expected and what was found, as a sentence.
    public let english: String
    public let chinese: String

    public init(code: String, english: String, chinese: String) {
        self.code = code
        self.english = english
        self.chinese = chinese
    }
}

extension Refusal: CustomStringConvertible {
    /// The code and the English sentence.
    public var description: String { "\(code): \(english)" }
}

extension Refusal {
    /// `actor_not_allowed`: this move is not for whoever tried it.
    static func actorNotAllowed(_ move: Move, allowed: [ActorKind], found: Actor) -> Refusal {
        let found = ActorKind(found)
        return Refusal(
            code: "actor_not_allowed",
            english: "Only \(allowed.map(\.english).joined(separator: " or ")) may \(move.english); "
                + "this was tried by \(found.english).",
            chinese: "只有\(allowed.map(\.chinese).joined(separator: "或"))可以\(move.chinese)；"
                + "本次操作者是\(found.chinese)。")
    }

    /// `state_not_allowed`: the request is not where the move begins.
    static func stateNotAllowed(_ move: Move, allowed: [RequestState], found: RequestState) -> Refusal {
        Refusal(
            code: "state_not_allowed",
            english: "To \(move.english), the request must be \(allowed.map(\.word).joined(separator: " or ")); "
                + "it is \(found.word).",
            chinese: "要\(move.chinese)，诉求须处于“\(allowed.map(\.chinese).joined(separator: "”或“"))”状态；"
                + "目前处于“\(found.chinese)”状态。")
    }

    /// `not_the_owner`: another cadre has the request.
    static func notTheOwner(_ move: Move) -> Refusal {
        Refusal(
            code: "not_the_owner",
            english: "Only the owner may \(move.english); the request is another cadre's.",
            chinese: "只有承办人可以\(move.chinese)；本件由其他干部承办。")
    }

    /// `rating_out_of_range`.
    static func ratingOutOfRange(_ found: Int16) -> Refusal {
        Refusal(
            code: "rating_out_of_range",
            english: "A rating is a whole number from 1 to 5; found \(found).",
            chinese: "评分须为 1 到 5 的整数；收到的是 \(found)。")
    }

    /// `changed_meanwhile`: the request has had events since the one that the move was to follow, or not had that one.
    public static func changedMeanwhile(after known: Int32, found last: Int32) -> Refusal {
        Refusal(
            code: "changed_meanwhile",
            english: "The move was to follow event \(known); the last one is event \(last). Look at the request again first.",
            chinese: "本次操作须接在第 \(known) 号事件之后；诉求的最新事件是第 \(last) 号，请先重新查看。")
    }

    /// `already_rated`.
    static func alreadyRated(_ found: Int16) -> Refusal {
        Refusal(
            code: "already_rated",
            english: "A request is rated once; this one already has the rating \(found).",
            chinese: "每件诉求只能评价一次；本件已评 \(found) 分。")
    }
}
