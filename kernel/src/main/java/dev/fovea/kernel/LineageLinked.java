package dev.fovea.kernel;

import java.time.Instant;

/**
 * An arrow was drawn in the lineage graph. Any service publishes it, in the transaction that made
 * it true; the registry keeps the graph. Delivered at least once; the same arrow twice is one
 * arrow.
 *
 * @param project whose graph it is
 * @param from the older thing
 * @param verb how the newer came from the older, as a person would say it after the newer's name:
 *     {@code trained on}, {@code exported from}
 * @param to the newer thing
 * @param at when
 */
public record LineageLinked(
    Name project, LineageNode from, String verb, LineageNode to, Instant at) {}
