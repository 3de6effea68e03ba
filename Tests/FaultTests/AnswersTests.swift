import Testing

@testable import Faults

struct AnswersTests {
    private static let standing = Answers.Promise(
        request: "a", epoch: 0, isAnswered: true, isStanding: true, keptBy: "7")
    private static let message = Answers.Message(request: "a", recipient: "resident", by: "7")

    /// Reopened after the answer that ``standing`` is.
    private static var former: Answers.Promise {
        var former = standing
        former.isStanding = false
        return former
    }

    /// The answer after that.
    private static var second: Answers.Promise {
        var second = standing
        (second.epoch, second.keptBy) = (1, "9")
        return second
    }

    @Test func `An answer that stands is told once`() {
        #expect(Answers.problems([Self.standing], told: [Self.message]) == [])
        var again = Self.message
        again.by = "9"
        #expect(Answers.problems([Self.former, Self.second], told: [Self.message, again]) == [])
    }

    @Test func `One that was confirmed or reopened before anybody looked is told to nobody`() {
        #expect(Answers.problems([Self.former], told: []) == [])
        #expect(Answers.problems([Self.former], told: [Self.message]) == [])
        // One look found both, and told of the last.
        var both = Self.former
        both.keptBy = "9"
        var told = Self.message
        told.by = "9"
        #expect(Answers.problems([both, Self.second], told: [told]) == [])
        #expect(Answers.problems([both, Self.second], told: [told, told]).count == 1)
    }

    @Test func `One that was told of to nobody is seen, though another answer was told`() {
        #expect(Answers.problems([Self.standing], told: []).count == 1)
        #expect(Answers.problems([Self.former, Self.second], told: [Self.message]).count == 1)
        var unkept = Self.standing
        unkept.keptBy = nil
        #expect(Answers.problems([unkept], told: []).count == 1)
    }

    @Test func `One that was told twice is seen, in one look or in two`() {
        #expect(Answers.problems([Self.standing], told: [Self.message, Self.message]).count == 1)
        var again = Self.message
        again.by = "8"
        #expect(Answers.problems([Self.standing], told: [Self.message, again]).count == 1)
    }

    @Test func `One that went to somebody else, or was never given, is seen`() {
        var astray = Self.message
        astray.recipient = "cadre:1"
        #expect(Answers.problems([Self.standing], told: [astray]).count == 1)
        var other = Self.message
        other.request = "b"
        #expect(Answers.problems([Self.standing], told: [Self.message, other]).count == 1)
        var invented = Self.former
        invented.isAnswered = false
        #expect(Answers.problems([invented], told: []).count == 1)
        #expect(Answers.problems([invented], told: [Self.message]).count == 2)
    }
}
