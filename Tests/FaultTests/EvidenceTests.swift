import Chance
import Foundation
import Testing

@testable import Faults

/// What counts as having happened.
struct EvidenceTests {
    private let log = [
        "2026-06-16 08:31:00.123 UTC [41] FATAL:  terminating connection due to administrator command",
        "2026-06-16 08:31:00.124 UTC [42] ERROR:  canceling statement due to user request",
        "2026-06-16 08:31:00.125 UTC [142] ERROR:  canceling statement due to user request",
        "2026-06-16 08:31:00.126 UTC [42] ERROR:  canceling statement due to user request",
    ]

    @Test func `A backend that was chosen counts when the server says what became of it`() {
        let victims = [BackendEnd.Victim(process: 41, end: .terminated), BackendEnd.Victim(process: 42, end: .cancelled)]
        #expect(BackendEnd.counts(victims, in: log) == [.terminated: 1, .cancelled: 1])
    }

    @Test func `A backend that took no notice does not count, nor one that ended in another way`() {
        let idle = BackendEnd.Victim(process: 43, end: .cancelled)
        let other = BackendEnd.Victim(process: 41, end: .cancelled)
        #expect(BackendEnd.counts([idle, other], in: log) == [:])
        #expect(BackendEnd.counts([], in: log) == [:])
    }

    @Test func `A backend counts as often as it was chosen and ended`() {
        let victim = BackendEnd.Victim(process: 42, end: .cancelled)
        #expect(BackendEnd.counts([victim, victim, victim], in: log) == [.cancelled: 2])
    }

    @Test func `An order for a seat is a move only when somebody else is known to have it`() {
        var random = SeededRandom(seed: 1)
        for brokers in 2...4 {
            var seats = Seats(brokers: brokers)
            var holders: [String: Int] = [:]
            for turn in 0..<60 {
                let seat = "seat \(turn % 3)"
                for order in seats.move(seat, &random) {
                    #expect((1...brokers).contains(order.broker))
                    #expect(order.isMove == (holders[seat] != nil))
                    #expect(holders[seat] != order.broker)
                    holders[seat] = order.broker
                }
            }
        }
    }

    @Test func `A worker's date shows by how much its clock is off`() {
        let now = Date(timeIntervalSince1970: 1_781_598_660)
        let shift = FalseClock.shift(of: "Tue, 16 Jun 2026 10:31:00 GMT", at: now)
        #expect(shift == 7_200)
        #expect(FalseClock.shift(of: "yesterday", at: now) == nil)
    }

    @Test func `A clock that did not jump, or jumped elsewhere, shows no jump`() {
        for shift in FalseClock.shifts {
            #expect(FalseClock.shows(shift - 2, shift))
            for other in FalseClock.shifts + [0] where other != shift { #expect(!FalseClock.shows(other, shift)) }
            #expect(!FalseClock.shows(nil, shift))
        }
    }

    @Test func `Submissions at once count when one was taken, and another content refused where there were two`() {
        #expect(Evidence.isDecided([.unknown, .request("a")], contents: 1))
        #expect(Evidence.isDecided([.refused(422), .request("a")], contents: 2))
        #expect(!Evidence.isDecided([.unknown, .overloaded], contents: 1))
        #expect(!Evidence.isDecided([.unknown, .request("a")], contents: 2))
        #expect(!Evidence.isDecided([.refused(422)], contents: 2))
    }

    @Test func `Moves at once count when one was made and another one was answered`() {
        #expect(Evidence.isContested([.moved(seq: 2), .refused(409), .unknown]))
        #expect(Evidence.isContested([.moved(seq: 2), .moved(seq: 5)]))
        #expect(!Evidence.isContested([.moved(seq: 2), .unknown, .overloaded]))
        #expect(!Evidence.isContested([.refused(409), .refused(409)]))
        #expect(!Evidence.isContested([]))
    }

    @Test func `A deed counts for whoever asked for it, and not for who asked for another one on the same page`() {
        #expect(Evidence.isDone("records.read=delay~500", in: ["commit.sent kill", "records.read delay~500"]))
        #expect(Evidence.isDone("commit.sent=kill@3", in: ["commit.sent kill"]))
        #expect(!Evidence.isDone("commit.sent=kill@3", in: []))
        for deed in ["commit.sent stop", "produce.before kill", "commit.sent-again kill", "records.read delay~500"] {
            #expect(!Evidence.isDone("commit.sent=kill@3", in: [deed]), "\(deed)")
        }
        #expect(!Evidence.isDone("records.read=delay~500", in: ["records.read delay~5000"]))
    }

    @Test func `A lane hangs when its worker says so, and was noticed when the consumer was made anew`() {
        let hung = #"{"level":"error","message":"the consumer hangs; making a new one","reason":"#
            + #""tuesday.requests/2 has 5 records and no progress for 9 s; tuesday.requests/11 has 1 records and no progress for 8 s"}"#
        let joining = #"{"message":"the consumer hangs; making a new one","reason":"the group has assigned nothing for 9 s"}"#
        let other = #"{"message":"lane waits","reason":"requests/3 has 5 records and no progress for 9 s"}"#
        #expect(Evidence.hungPartitions(in: Evidence.remakings(in: [other, hung, joining].joined(separator: "\n"))) == [2, 11])
        #expect(Evidence.hungPartitions(in: Evidence.remakings(in: joining)) == [])
        #expect(Evidence.hungPartitions(in: other) == [3])
        #expect(Evidence.hungPartitions(in: "requests/3 is being claimed") == [])
    }

    @Test func `A group has the members that know it and bear its lanes, and no others`() {
        let group = GroupOfWorkers(running: ["a", "b"], ready: ["a", "b"], owners: ["a", "a", "b", "b"])
        #expect(group.consists(of: ["a", "b"]))
        for other in [["a"], ["a", "c"], ["a", "b", "c"]] as [Set<String>] { #expect(!group.consists(of: other)) }
        var before = group
        before.ready = ["a"]
        #expect(!before.consists(of: ["a", "b"]))
        // Nobody has missed the third one yet, or nobody has let the second one in.
        before = group
        before.owners = ["a", "b", "c", "c"]
        #expect(!before.consists(of: ["a", "b"]))
        before.owners = ["a", "a", "a", "a"]
        #expect(!before.consists(of: ["a", "b"]))
        before.owners = ["a", "b"]
        #expect(!before.consists(of: ["a", "b"]))
        before = group
        before.running = ["a", "b", "c"]
        #expect(!before.consists(of: ["a", "b"]))
    }

    @Test func `Of more members than partitions each partition has another one`() {
        let members = Set(["a", "b", "c", "d", "e"])
        var group = GroupOfWorkers(running: members, ready: members, owners: ["a", "b", "c", "d"])
        #expect(group.consists(of: members))
        group.owners = ["a", "b", "c", "c"]
        #expect(!group.consists(of: members))
    }
}
