/// `GET /v1/openapi.json`: the operations API in OpenAPI 3.1. Kept in the source, so that it ships with what it describes.
enum OpenAPIDocument {
    static let bytes = Array(text.utf8)

    static let text = #"""
        {
          "openapi": "3.1.0",
          "info": {
            "title": "Tuesday operations API",
            "version": "1",
            "description": "Requests of residents: submit, read, move. Times are RFC 3339. No answer carries a resident's name, phone or e-mail.",
            "license": { "name": "See LICENSE" }
          },
          "servers": [{ "url": "/" }],
          "tags": [{ "name": "requests" }, { "name": "notifications" }, { "name": "figures" }],
          "paths": {
            "/v1/requests": {
              "post": {
                "operationId": "submitRequest",
                "tags": ["requests"],
                "security": [{}, { "KeyInHeader": [] }, { "KeyInQuery": [] }],
                "summary": "Submit a request",
                "description": "Answered after the transaction committed. Send an Idempotency-Key to be able to repeat it safely.",
                "parameters": [
                  {
                    "name": "Idempotency-Key", "in": "header",
                    "description": "The same key and body again gives the same answer.",
                    "schema": { "type": "string", "minLength": 1, "maxLength": 200 }
                  }
                ],
                "requestBody": {
                  "required": true,
                  "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Submission" } } }
                },
                "responses": {
                  "201": { "$ref": "#/components/responses/Submitted" },
                  "200": { "$ref": "#/components/responses/Submitted" },
                  "400": { "$ref": "#/components/responses/Problem" },
                  "403": { "$ref": "#/components/responses/Problem" },
                  "413": { "$ref": "#/components/responses/Problem" },
                  "415": { "$ref": "#/components/responses/Problem" },
                  "422": { "$ref": "#/components/responses/Problem" },
                  "429": { "$ref": "#/components/responses/RetryLater" },
                  "503": { "$ref": "#/components/responses/RetryLater" }
                }
              },
              "get": {
                "operationId": "listRequests",
                "tags": ["requests"],
                "summary": "List requests, newest first",
                "parameters": [
                  { "name": "village", "in": "query", "description": "A village's code.", "schema": { "type": "string" } },
                  { "name": "owner", "in": "query", "description": "A cadre's code: what the cadre owns now.", "schema": { "type": "string" } },
                  { "name": "status", "in": "query", "schema": { "type": "string", "enum": ["open", "closed"] } },
                  { "name": "before", "in": "query", "description": "Only requests older than this id; the link to the next page has it.", "schema": { "type": "string", "format": "uuid" } },
                  { "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 200, "default": 50 } }
                ],
                "responses": {
                  "200": {
                    "description": "One page of requests.",
                    "headers": {
                      "Link": { "description": "The next page, rel=\"next\".", "schema": { "type": "string" } }
                    },
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["requests"],
                          "properties": {
                            "requests": { "type": "array", "items": { "$ref": "#/components/schemas/Request" } },
                            "next": { "type": "string", "format": "uri-reference", "description": "The next page; absent on the last. Few of many requests may pass a filter: a page with a next may be short, even empty." }
                          }
                        }
                      }
                    }
                  },
                  "400": { "$ref": "#/components/responses/Problem" },
                  "429": { "$ref": "#/components/responses/RetryLater" },
                  "503": { "$ref": "#/components/responses/RetryLater" }
                }
              }
            },
            "/v1/requests/{id}": {
              "parameters": [{ "$ref": "#/components/parameters/RequestId" }],
              "get": {
                "operationId": "readRequest",
                "tags": ["requests"],
                "summary": "A request with its life",
                "responses": {
                  "200": {
                    "description": "The request, its events and its deadlines.",
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/WholeRequest" } } }
                  },
                  "404": { "$ref": "#/components/responses/Problem" },
                  "429": { "$ref": "#/components/responses/RetryLater" },
                  "503": { "$ref": "#/components/responses/RetryLater" }
                }
              }
            },
            "/v1/requests/{id}/moves": {
              "parameters": [{ "$ref": "#/components/parameters/RequestId" }],
              "post": {
                "operationId": "moveRequest",
                "tags": ["requests"],
                "security": [{}, { "KeyInHeader": [] }, { "KeyInQuery": [] }],
                "summary": "Move a request along",
                "requestBody": {
                  "required": true,
                  "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Move" } } }
                },
                "responses": {
                  "200": {
                    "description": "The state after the move.",
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Moved" } } }
                  },
                  "400": { "$ref": "#/components/responses/Problem" },
                  "403": { "$ref": "#/components/responses/Problem" },
                  "404": { "$ref": "#/components/responses/Problem" },
                  "409": { "$ref": "#/components/responses/Problem" },
                  "413": { "$ref": "#/components/responses/Problem" },
                  "415": { "$ref": "#/components/responses/Problem" },
                  "429": { "$ref": "#/components/responses/RetryLater" },
                  "503": { "$ref": "#/components/responses/RetryLater" }
                }
              }
            },
            "/v1/notifications/{id}/receipt": {
              "parameters": [{ "$ref": "#/components/parameters/NotificationId" }],
              "post": {
                "operationId": "confirmNotification",
                "tags": ["notifications"],
                "security": [{}, { "KeyInHeader": [] }, { "KeyInQuery": [] }],
                "summary": "Say that a notification was delivered; it is then not sent out again after a Kafka cluster was lost",
                "responses": {
                  "204": { "description": "Noted; it may be said again." },
                  "403": { "$ref": "#/components/responses/Problem" },
                  "404": { "$ref": "#/components/responses/Problem" },
                  "429": { "$ref": "#/components/responses/RetryLater" },
                  "503": { "$ref": "#/components/responses/RetryLater" }
                }
              }
            },
            "/v1/figures": {
              "get": {
                "operationId": "readFigures",
                "tags": ["figures"],
                "summary": "The live figures, at most a second old",
                "responses": {
                  "200": {
                    "description": "Counts of the whole installation.",
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Figures" } } }
                  },
                  "429": { "$ref": "#/components/responses/RetryLater" },
                  "503": { "$ref": "#/components/responses/RetryLater" }
                }
              }
            }
          },
          "components": {
            "securitySchemes": {
              "KeyInHeader": { "type": "apiKey", "in": "header", "name": "X-API-Key", "description": "Needed only where the installation has keys." },
              "KeyInQuery": { "type": "apiKey", "in": "query", "name": "api_key" }
            },
            "parameters": {
              "RequestId": {
                "name": "id", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" }
              },
              "NotificationId": {
                "name": "id", "in": "path", "required": true, "description": "The record's ce_id.",
                "schema": { "type": "string", "pattern": "^[0-9]+-[0-9]+$" }
              }
            },
            "responses": {
              "Submitted": {
                "description": "201: a new request. 200: it was accepted earlier, under this id.",
                "headers": { "Location": { "schema": { "type": "string", "format": "uri-reference" } } },
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Submitted" } } }
              },
              "Problem": {
                "description": "Everything that is wrong, at once.",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
              },
              "RetryLater": {
                "description": "Not now. After a 503 it may have been done: repeat a submission with the same Idempotency-Key, a move with the same after_seq.",
                "headers": { "Retry-After": { "description": "Seconds.", "schema": { "type": "integer" } } },
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
              }
            },
            "schemas": {
              "Submission": {
                "type": "object",
                "required": ["village", "service"],
                "anyOf": [{ "required": ["subject"] }, { "required": ["description"] }],
                "properties": {
                  "channel": { "type": "string", "maxLength": 40, "description": "The gateway's name; http if absent." },
                  "source_id": { "type": "string", "maxLength": 200, "description": "The sender's own id; repeats are recognised by it when there is no Idempotency-Key." },
                  "village": { "type": "string", "description": "The village's code." },
                  "service": { "type": "string", "description": "The service's code." },
                  "subject": { "type": "string", "maxLength": 500 },
                  "description": { "type": "string", "maxLength": 20000 },
                  "name": { "type": ["string", "null"], "maxLength": 200 },
                  "phone": { "type": ["string", "null"], "maxLength": 200 },
                  "email": { "type": ["string", "null"], "maxLength": 200 },
                  "account": { "type": ["string", "null"], "maxLength": 200 },
                  "address": { "type": ["string", "null"], "maxLength": 500 },
                  "attributes": { "type": ["object", "null"], "description": "Answers to what the service asks, by attribute code: text, number, or an array of texts. What is wrong with one is told with the field attributes.CODE." },
                  "submitted_at": { "type": ["string", "null"], "format": "date-time" }
                }
              },
              "Submitted": {
                "type": "object",
                "required": ["request_id", "outcome"],
                "properties": {
                  "request_id": { "type": "string", "format": "uuid" },
                  "outcome": { "type": "string", "enum": ["accepted", "repeated"] }
                }
              },
              "State": {
                "type": "string",
                "enum": ["waiting", "assigned", "acknowledged", "started", "resolved", "confirmed", "withdrawn"]
              },
              "WaitingReason": {
                "type": "string",
                "enum": ["routing", "nobody_certified", "certificate_not_valid", "everyone_on_leave", "everyone_at_capacity", "everyone_declined"]
              },
              "Request": {
                "type": "object",
                "required": ["request_id", "state", "is_open", "county", "town", "village", "service", "service_name", "priority", "assignment_count", "reopening_count", "submitted_at", "accepted_at"],
                "properties": {
                  "request_id": { "type": "string", "format": "uuid" },
                  "state": { "$ref": "#/components/schemas/State" },
                  "is_open": { "type": "boolean" },
                  "waiting_reason": { "$ref": "#/components/schemas/WaitingReason" },
                  "county": { "type": "string" },
                  "town": { "type": "string" },
                  "village": { "type": "string" },
                  "service": { "type": "string" },
                  "service_name": { "type": "string" },
                  "owner": { "type": "string", "description": "The code of the cadre who has it." },
                  "owner_name": { "type": "string" },
                  "priority": { "type": "integer" },
                  "assignment_count": { "type": "integer", "minimum": 0 },
                  "reopening_count": { "type": "integer", "minimum": 0 },
                  "submitted_at": { "type": "string", "format": "date-time" },
                  "accepted_at": { "type": "string", "format": "date-time" },
                  "assigned_at": { "type": "string", "format": "date-time" },
                  "acknowledged_at": { "type": "string", "format": "date-time" },
                  "resolved_at": { "type": "string", "format": "date-time" },
                  "closed_at": { "type": "string", "format": "date-time" },
                  "rating": { "type": "integer", "minimum": 1, "maximum": 5 }
                }
              },
              "WholeRequest": {
                "allOf": [
                  { "$ref": "#/components/schemas/Request" },
                  {
                    "type": "object",
                    "required": ["events", "deadlines"],
                    "properties": {
                      "events": { "type": "array", "items": { "$ref": "#/components/schemas/Event" } },
                      "deadlines": { "type": "array", "items": { "$ref": "#/components/schemas/Deadline" } }
                    }
                  }
                ]
              },
              "Event": {
                "type": "object",
                "description": "As published on tuesday.requests.v1; its schema is urn:tuesday:schema:request-event:v1.",
                "required": ["seq", "type", "at"],
                "properties": {
                  "seq": { "type": "integer", "minimum": 1 },
                  "type": { "type": "string" },
                  "at": { "type": "string", "format": "date-time" }
                }
              },
              "Deadline": {
                "type": "object",
                "required": ["kind", "epoch", "due_at"],
                "properties": {
                  "kind": { "type": "string", "enum": ["acknowledge", "resolve"] },
                  "epoch": { "type": "integer" },
                  "due_at": { "type": "string", "format": "date-time" },
                  "met_at": { "type": "string", "format": "date-time" },
                  "breached_at": { "type": "string", "format": "date-time" }
                }
              },
              "Move": {
                "type": "object",
                "required": ["move", "actor"],
                "properties": {
                  "move": { "type": "string", "enum": ["acknowledge", "start", "resolve", "decline", "hand_over", "confirm", "reopen", "withdraw", "rate"] },
                  "actor": { "type": "string", "pattern": "^(resident|supervisor|cadre:.+)$", "examples": ["cadre:C0017"] },
                  "rating": { "type": "integer", "minimum": 1, "maximum": 5, "description": "For rate." },
                  "reason": { "type": ["string", "null"], "maxLength": 2000, "description": "What the actor says about it; kept with the move." },
                  "after_seq": { "type": ["integer", "null"], "minimum": 1, "description": "The request's last event as the sender knows it. When there is another, the move is refused with 409 (changed_meanwhile), so that it is done once however often it is sent." }
                }
              },
              "Moved": {
                "type": "object",
                "required": ["request_id", "state", "seq"],
                "properties": {
                  "request_id": { "type": "string", "format": "uuid" },
                  "state": { "$ref": "#/components/schemas/State" },
                  "waiting_reason": { "$ref": "#/components/schemas/WaitingReason" },
                  "seq": { "type": "integer", "minimum": 1, "description": "The number of the event that says so." },
                  "rating": { "type": "integer", "minimum": 1, "maximum": 5 }
                }
              },
              "Figures": {
                "type": "object",
                "required": ["at", "by_state", "waiting_by_reason", "breached_count"],
                "properties": {
                  "at": { "type": "string", "format": "date-time" },
                  "by_state": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["state", "count"],
                      "properties": { "state": { "$ref": "#/components/schemas/State" }, "count": { "type": "integer", "minimum": 0 } }
                    }
                  },
                  "waiting_by_reason": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["reason", "count"],
                      "properties": { "reason": { "$ref": "#/components/schemas/WaitingReason" }, "count": { "type": "integer", "minimum": 0 } }
                    }
                  },
                  "breached_count": { "type": "integer", "minimum": 0 }
                }
              },
              "Problem": {
                "type": "object",
                "description": "RFC 9457, with every single problem in both languages.",
                "required": ["type", "title", "status", "detail", "problems"],
                "properties": {
                  "type": { "type": "string", "format": "uri-reference" },
                  "title": { "type": "string" },
                  "status": { "type": "integer" },
                  "detail": { "type": "string" },
                  "problems": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                      "type": "object",
                      "required": ["field", "code", "english", "chinese"],
                      "properties": {
                        "field": { "type": "string" },
                        "code": { "type": "string" },
                        "english": { "type": "string" },
                        "chinese": { "type": "string" }
                      }
                    }
                  }
                }
              }
            }
          }
        }
        """#
}
