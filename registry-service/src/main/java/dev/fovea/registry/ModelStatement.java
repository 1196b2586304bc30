package dev.fovea.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the registry signs of a model version: an in-toto Statement v1 whose predicate is that of
 * OpenSSF Model Signing 1.0, with one field of Fovea's own, which that form allows and other
 * readers leave alone.
 *
 * @param subject one: the model's name, and the SHA-256 over the digests of its files in order
 */
@JsonPropertyOrder({"_type", "subject", "predicateType", "predicate"})
public record ModelStatement(
    @JsonProperty("_type") String type,
    List<Subject> subject,
    String predicateType,
    Predicate predicate) {
  /** What DSSE calls the payload. */
  public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  /** The form of the statement. */
  public static final String TYPE = "https://in-toto.io/Statement/v1";

  /** The form of the predicate: a name; nothing is there to be fetched. */
  public static final String PREDICATE_TYPE = "https://model_signing/signature/v1.0";

  /** The most files of one version. */
  public static final int MOST_FILES = 10_000;

  private static final String SHA256 = "sha256";
  private static final int MAX_DEPTH = 16;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  /**
   * What the statement is about.
   *
   * @param digest hex digits by the algorithm's name
   */
  @JsonPropertyOrder({"name", "digest"})
  public record Subject(String name, Map<String, String> digest) {
    public Subject {
      Objects.requireNonNull(name, "subject name");
      digest = Map.copyOf(Objects.requireNonNull(digest, "subject digest"));
    }
  }

  /** The files, and what Fovea says of the version. */
  @JsonPropertyOrder({"serialization", "resources", "fovea"})
  public record Predicate(Serialization serialization, List<Resource> resources, Registered fovea) {
    public Predicate {
      Objects.requireNonNull(serialization, "serialization");
      Objects.requireNonNull(fovea, "fovea");
      resources = List.copyOf(Objects.requireNonNull(resources, "resources"));
    }
  }

  /**
   * How a folder becomes the list of resources, in the words of Model Signing.
   *
   * @param ignorePaths what that tool leaves out when it reads a folder: the signature itself, and
   *     a file that MLflow's client adds to what it downloads
   */
  @JsonPropertyOrder({"method", "hash_type", "allow_symlinks", "ignore_paths"})
  public record Serialization(
      String method,
      @JsonProperty("hash_type") String hashType,
      @JsonProperty("allow_symlinks") boolean allowSymlinks,
      @JsonProperty("ignore_paths") List<String> ignorePaths) {
    private static final Serialization FILES =
        new Serialization("files", SHA256, false, List.of("model.sig", "registered_model_meta"));

    public Serialization {
      ignorePaths = List.copyOf(Objects.requireNonNull(ignorePaths, "ignore_paths"));
    }
  }

  /**
   * One file.
   *
   * @param name its path in the version's folder
   * @param algorithm {@code sha256}
   * @param digest 64 hex digits
   */
  @JsonPropertyOrder({"name", "algorithm", "digest"})
  public record Resource(String name, String algorithm, String digest) {
    public Resource {
      if (name == null || !SHA256.equals(algorithm)) {
        throw new IllegalArgumentException(
            "resource: %s by %s (expected: a name, by %s)"
                .formatted(
                    Text.excerpt(String.valueOf(name)),
                    Text.excerpt(String.valueOf(algorithm)),
                    SHA256));
      }
      new Digest(digest);
    }

    /** A file. */
    public static Resource of(String path, Digest digest) {
      return new Resource(path, SHA256, digest.hex());
    }

    /** Of its bytes. */
    public Digest sha256() {
      return new Digest(digest);
    }
  }

  /**
   * What the registry recorded of the version.
   *
   * @param number counts the model's versions from 1
   * @param file the model file that can be released; absent where there is none
   * @param format what that file is
   * @param parity the recording of its behaviour
   * @param run the run that made it
   * @param dataset the dataset version that it was trained on
   * @param registeredBy who registered it
   * @param registeredAt when
   * @param signedAt when this was signed
   * @param signedLater whether the version was there before this registry signed any: then this
   *     says what was found at {@code signedAt}, and not what was registered
   */
  @JsonPropertyOrder({
    "project",
    "model",
    "number",
    "file",
    "format",
    "parity",
    "run",
    "dataset",
    "registeredBy",
    "registeredAt",
    "signedAt",
    "signedLater"
  })
  @JsonInclude(Include.NON_ABSENT)
  public record Registered(
      Name project,
      String model,
      int number,
      Optional<Digest> file,
      Optional<ModelVersion.Format> format,
      Optional<Digest> parity,
      Optional<String> run,
      Optional<Digest> dataset,
      String registeredBy,
      Instant registeredAt,
      Instant signedAt,
      boolean signedLater) {
    public Registered {
      Objects.requireNonNull(project, "project");
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(registeredBy, "registeredBy");
      Objects.requireNonNull(registeredAt, "registeredAt");
      Objects.requireNonNull(signedAt, "signedAt");
    }

    /** How people call it. */
    public String label() {
      return model + " " + number;
    }

    /** The same version under another name of its model. */
    public Registered named(String other) {
      return new Registered(
          project,
          other,
          number,
          file,
          format,
          parity,
          run,
          dataset,
          registeredBy,
          registeredAt,
          signedAt,
          signedLater);
    }
  }

  public ModelStatement {
    subject = List.copyOf(Objects.requireNonNull(subject, "subject"));
    Objects.requireNonNull(predicate, "predicate");
  }

  /**
   * What is to be said of a version.
   *
   * @param files in the order of their paths; at most 10,000
   */
  public static ModelStatement of(Registered registered, List<Resource> files) {
    return new ModelStatement(
        TYPE,
        List.of(new Subject(registered.model(), Map.of(SHA256, root(files)))),
        PREDICATE_TYPE,
        new Predicate(Serialization.FILES, files, registered));
  }

  /**
   * Reads one.
   *
   * @param bytes whose signature was checked
   * @throws IllegalArgumentException when it is a statement of something else, or contradicts
   *     itself; the message says how
   */
  public static ModelStatement parse(byte[] bytes) {
    ModelStatement statement;
    try {
      statement = JSON.readValue(bytes, ModelStatement.class);
    } catch (JacksonException e) {
      // What a field refuses says more than that its record could not be made.
      var cause = e.getCause();
      var why =
          cause instanceof IllegalArgumentException || cause instanceof NullPointerException
              ? cause.getMessage()
              : e.getOriginalMessage();
      throw new IllegalArgumentException("statement: " + Text.excerpt(String.valueOf(why)), e);
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
    statement.requireWhole();
    return statement;
  }

  private void requireWhole() {
    var files = predicate.resources();
    if (files.size() > MOST_FILES) {
      throw new IllegalArgumentException(
          "statement: %d files (expected: at most %d)".formatted(files.size(), MOST_FILES));
    }
    var names = new TreeSet<String>();
    for (var file : files) {
      if (!names.add(file.name())) {
        throw new IllegalArgumentException(
            "statement: two files '%s'".formatted(Text.excerpt(file.name())));
      }
    }
    if (subject.size() != 1
        || !subject.getFirst().name().equals(predicate.fovea().model())
        || !root(files).equals(subject.getFirst().digest().get(SHA256))) {
      throw new IllegalArgumentException(
          "statement: its subject is not model %s with the SHA-256 over its %d files"
              .formatted(Text.excerpt(predicate.fovea().model()), files.size()));
    }
  }

  // As Model Signing computes it: over the bytes of the digests, in the order of the list.
  private static String root(List<Resource> files) {
    var hasher = Digest.hasher();
    files.forEach(file -> hasher.update(HexFormat.of().parseHex(file.digest())));
    return HexFormat.of().formatHex(hasher.digest());
  }

  /** The bytes that are signed: JSON, fields in a fixed order. */
  public byte[] bytes() {
    return JSON.writeValueAsBytes(this);
  }
}
