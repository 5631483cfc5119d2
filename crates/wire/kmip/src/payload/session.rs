//! Payloads of the operations on logins and on requests that take long.

use claviger_wire_ttlv::enumeration::CancellationResult;

use crate::field::LeaseTime;
use crate::structure::{AsynchronousRequest, Operations, Rights, Ticket, UsageLimits};

structure! {
    /// Login (KMIP 2.1, section 6.1.30).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct LoginRequest {
        lease_time: optional LeaseTime = LEASE_TIME,
        /// How many requests the ticket is good for.
        request_count: optional i32 = REQUEST_COUNT,
        usage_limits: optional UsageLimits = USAGE_LIMITS,
    }
}

structure! {
    /// Delegated Login (KMIP 2.1, section 6.1.12).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct DelegatedLoginRequest {
        lease_time: optional LeaseTime = LEASE_TIME,
        /// How many requests the ticket is good for.
        request_count: optional i32 = REQUEST_COUNT,
        usage_limits: optional UsageLimits = USAGE_LIMITS,
        rights: required Rights = RIGHTS,
    }
}

structure! {
    /// The answer to Login and Delegated Login; Logout (KMIP 2.1, section 6.1.31).
    pub struct TicketPayload {
        ticket: required Ticket = TICKET,
    }
}

structure! {
    /// Cancel, Poll, Process: which request (KMIP 1.4, sections 4.27 and 4.28; 2.1, section 6.1.39).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AsynchronousCorrelationRequest {
        asynchronous_correlation_value: required Vec<u8> = ASYNCHRONOUS_CORRELATION_VALUE,
    }
}

structure! {
    /// The answer to Cancel.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CancelResponse {
        asynchronous_correlation_value: required Vec<u8> = ASYNCHRONOUS_CORRELATION_VALUE,
        cancellation_result: required CancellationResult = CANCELLATION_RESULT,
    }
}

structure! {
    /// Query Asynchronous Requests (KMIP 2.1, section 6.1.41).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct QueryAsynchronousRequestsRequest {
        asynchronous_correlation_values: optional AsynchronousCorrelationValues = ASYNCHRONOUS_CORRELATION_VALUES,
        operations: optional Operations = OPERATIONS,
    }
}

structure! {
    /// Asynchronous correlation values (KMIP 2.1, section 7.1).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct AsynchronousCorrelationValues {
        values: repeated Vec<u8> = ASYNCHRONOUS_CORRELATION_VALUE,
    }
}

structure! {
    /// The answer to Query Asynchronous Requests.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct QueryAsynchronousRequestsResponse {
        asynchronous_requests: repeated AsynchronousRequest = ASYNCHRONOUS_REQUEST,
    }
}
