//! What the service says of itself.

use claviger_wire_native::{
    HealthReply, OperationCounts, SealStatus, StatusReply, StoreStatus, VersionInformation,
};

use crate::errors::Refusal;
use crate::exchange::{Exchange, JSON, Reply};

/// Whether requests can be served.
pub(crate) async fn health(exchange: Exchange) -> Result<Reply, Refusal> {
    exchange.kms().check().await?;
    Reply::message(&HealthReply { status: "ok".to_owned() })
}

/// How the service is doing.
pub(crate) async fn status(exchange: Exchange) -> Result<Reply, Refusal> {
    let counts = exchange.kms().store_counts().await?;
    let (door, information) = (&exchange.door, &exchange.door.information);
    let running = door.now().milliseconds().saturating_sub(door.started.milliseconds());
    let operations = exchange.kms().operation_counts().into_iter().map(|count| {
        let counts = OperationCounts { done: count.done, refused: count.refused };
        (count.operation.to_owned(), counts)
    });
    Reply::message(&StatusReply {
        version: information.version.clone(),
        uptime: u64::try_from(running / 1000).unwrap_or(0),
        seal: SealStatus { kind: information.seal_kind.clone() },
        store: StoreStatus {
            kind: information.store_kind.clone(),
            keys: counts.keysets,
            objects: counts.objects,
        },
        operations: operations.collect(),
    })
}

/// Which service this is.
pub(crate) async fn version(exchange: Exchange) -> Result<Reply, Refusal> {
    let version = exchange.door.information.version.clone();
    Reply::message(&VersionInformation { name: "claviger".to_owned(), version })
}

/// The OpenAPI document.
pub(crate) async fn openapi(exchange: Exchange) -> Result<Reply, Refusal> {
    Ok(Reply::written(JSON, exchange.door.document.clone()))
}
