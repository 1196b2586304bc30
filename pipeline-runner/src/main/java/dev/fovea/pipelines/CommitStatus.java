package dev.fovea.pipelines;

import dev.fovea.kernel.GitCommit;
import java.time.Instant;
import java.util.Optional;

/**
 * What a Git host is told of one gate of a release, and whether it knows.
 *
 * @param repository owner and name
 * @param context which gate, such as {@code fovea/accuracy of int8}
 * @param description at most 140 characters
 * @param outcome why it was not taken the last time; empty where nothing went wrong
 * @param tries how often it was sent since it came to be
 * @param sent when it was taken
 */
public record CommitStatus(
    String repository,
    GitCommit commit,
    String context,
    State state,
    String description,
    Delivery delivery,
    String outcome,
    int tries,
    Optional<Instant> sent) {
  /** GitHub's four. */
  public enum State {
    /** Not judged yet. */
    PENDING,
    SUCCESS,
    /** The gate said no, or too little was measured. */
    FAILURE,
    /** It could not be measured, or the release failed. */
    ERROR
  }

  /** How far it is. */
  public enum Delivery {
    WAITING,
    SENT,
    /** The host does not take it, however often it is sent. */
    REFUSED,
    /** Tried too often; comes back when the release is asked for once more. */
    GIVEN_UP
  }
}
