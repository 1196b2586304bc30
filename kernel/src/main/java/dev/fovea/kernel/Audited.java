package dev.fovea.kernel;

import java.time.Instant;
import java.util.UUID;

/**
 * Somebody did something that an auditor will ask about, or was refused. Published by the service
 * that decided, in its own transaction; the registry appends it to the audit log once, by its id.
 *
 * @param id unique to this act, so that a second delivery is recognised
 * @param project whose log; {@code *} for the installation's
 * @param who the caller's subject
 * @param act verb and object in the past tense, such as {@code approved rollout}
 * @param object the digest or name acted on
 * @param outcome {@code done}, or {@code refused: } and the reason
 * @param at when
 */
public record Audited(
    UUID id, String project, String who, String act, String object, String outcome, Instant at) {}
