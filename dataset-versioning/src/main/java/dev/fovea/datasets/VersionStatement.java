package dev.fovea.datasets;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the dataset service signs about a version: an in-toto Statement v1 (in-toto/attestation,
 * spec/v1/statement.md). The same version gives the same bytes.
 *
 * @param subject two: the manifest by its SHA-256, which names every image by its SHA-256, and
 *     DVC's object of the folder by its MD5, for those who look for it; nobody is to trust an MD5
 */
@JsonPropertyOrder({"_type", "subject", "predicateType", "predicate"})
public record VersionStatement(
    @JsonProperty("_type") String type,
    List<Subject> subject,
    String predicateType,
    Predicate predicate) {
  /** What DSSE calls the payload. */
  public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  /** The form of the statement. */
  public static final String TYPE = "https://in-toto.io/Statement/v1";

  /** The form of the predicate: a name, and no address (RFC 4151). */
  public static final String PREDICATE_TYPE = "tag:fovea.dev,2026:dataset-version/v1";

  private static final String SHA256 = "sha256";
  private static final String MD5 = "md5";
  private static final String DIRECTORY = ".dir";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * One thing that the statement is about.
   *
   * @param digest hex digits by the algorithm's name
   */
  @JsonPropertyOrder({"name", "digest"})
  public record Subject(String name, Map<String, String> digest) {
    public Subject {
      digest = Map.copyOf(digest);
    }
  }

  /**
   * What is said of the version.
   *
   * @param number counts the dataset's versions from 1
   * @param branch the branch it was pushed to
   * @param parent the version before it on that branch; absent where it is the first
   * @param author who committed it
   * @param samples how many images
   * @param bytes of all of them together
   */
  @JsonPropertyOrder({
    "project", "dataset", "number", "commit", "branch", "parent", "author", "at", "samples", "bytes"
  })
  public record Predicate(
      Name project,
      Name dataset,
      int number,
      GitCommit commit,
      String branch,
      @JsonInclude(Include.NON_ABSENT) Optional<Digest> parent,
      String author,
      Instant at,
      int samples,
      long bytes) {
    public Predicate {
      Objects.requireNonNull(project, "project");
      Objects.requireNonNull(dataset, "dataset");
      Objects.requireNonNull(commit, "commit");
    }
  }

  public VersionStatement {
    subject = List.copyOf(subject);
    Objects.requireNonNull(predicate, "predicate");
  }

  /** What is to be said of a version. */
  public static VersionStatement of(DatasetVersion version) {
    var md5 =
        version.dvc().endsWith(DIRECTORY)
            ? version.dvc().substring(0, version.dvc().length() - DIRECTORY.length())
            : version.dvc();
    return new VersionStatement(
        TYPE,
        List.of(
            new Subject("manifest.json", Map.of(SHA256, version.digest().hex())),
            new Subject(version.dvc(), Map.of(MD5, md5))),
        PREDICATE_TYPE,
        new Predicate(
            version.project(),
            version.dataset(),
            version.number(),
            version.commit(),
            version.branch(),
            version.parent(),
            version.author(),
            version.at(),
            version.images(),
            version.bytes().bytes()));
  }

  /**
   * Reads one.
   *
   * @param bytes whose signature was checked
   * @throws IllegalArgumentException when it is a statement of something else; the message says of
   *     what
   */
  public static VersionStatement parse(byte[] bytes) {
    VersionStatement statement;
    try {
      statement = JSON.readValue(bytes, VersionStatement.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("statement: not the JSON of one", e);
    }
    if (statement == null
        || !TYPE.equals(statement.type)
        || !PREDICATE_TYPE.equals(statement.predicateType)) {
      throw new IllegalArgumentException(
          "statement: %s (expected: one of type %s about %s)"
              .formatted(
                  statement == null
                      ? "none"
                      : Text.excerpt(statement.type + " about " + statement.predicateType),
                  TYPE,
                  PREDICATE_TYPE));
    }
    statement.manifest();
    return statement;
  }

  /** The bytes that are signed: JSON, fields in a fixed order. */
  public byte[] bytes() {
    return JSON.writeValueAsBytes(this);
  }

  /**
   * The digest of the version's manifest, which is the version's.
   *
   * @throws IllegalArgumentException when the statement has not exactly one subject with a SHA-256
   */
  public Digest manifest() {
    var found = subject.stream().filter(each -> each.digest().containsKey(SHA256)).toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "statement: %d subjects with a SHA-256 (expected: 1)".formatted(found.size()));
    }
    return new Digest(String.valueOf(found.getFirst().digest().get(SHA256)));
  }

  /** DVC's name of the folder. */
  public Optional<String> dvc() {
    return subject.stream()
        .filter(each -> each.digest().containsKey(MD5))
        .map(Subject::name)
        .findFirst();
  }
}
