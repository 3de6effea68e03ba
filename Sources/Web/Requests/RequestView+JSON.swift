import Contracts
import Domain
import Workflow

extension RequestView {
    /// The members of a request in a list; with `isWhole`, also its life.
    func json(isWhole: Bool) -> [UInt8] {
        var json = JSONWriter(reserve: isWhole ? 4_096 : 512)
        json.write("request_id", status.id)
        json.write("state", status.state.word)
        json.write("is_open", status.state.isOpen)
        json.write("waiting_reason", ifAny: status.reason?.word)
        json.write("county", county)
        json.write("town", town)
        json.write("village", village)
        json.write("service", service)
        json.write("service_name", serviceName)
        json.write("owner", ifAny: owner)
        json.write("owner_name", ifAny: ownerName)
        json.write("priority", priority)
        json.write("assignment_count", status.assignment)
        json.write("reopening_count", status.timerEpoch)
        json.write("submitted_at", submittedAt)
        json.write("accepted_at", status.acceptedAt)
        json.write("assigned_at", ifAny: assignedAt)
        json.write("acknowledged_at", ifAny: acknowledgedAt)
        json.write("resolved_at", ifAny: status.resolvedAt)
        json.write("closed_at", ifAny: closedAt)
        if let rating = status.rating { json.write("rating", rating) }
        if isWhole {
            json.write("events", json: JSONArray.of(events.map(\.json)))
            json.write("deadlines", json: JSONArray.of(deadlines.map(\.json)))
        }
        return json.finish()
    }
}

extension RequestView.EventLine {
    /// As it was published; its number, type and time alone when the body is gone.
    fileprivate var json: [UInt8] {
        guard body.isEmpty else { return body }
        var json = JSONWriter(reserve: 96)
        json.write("seq", seq)
        json.write("type", type)
        json.write("at", at)
        return json.finish()
    }
}

extension RequestView.DeadlineLine {
    fileprivate var json: [UInt8] {
        var json = JSONWriter(reserve: 160)
        json.write("kind", kind)
        json.write("epoch", epoch)
        json.write("due_at", dueAt)
        json.write("met_at", ifAny: metAt)
        json.write("breached_at", ifAny: breachedAt)
        return json.finish()
    }
}
