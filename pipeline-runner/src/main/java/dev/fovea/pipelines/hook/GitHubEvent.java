package dev.fovea.pipelines.hook;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads GitHub's events: which of them ask for a release, and of what. */
final class GitHubEvent {
  /** The {@code event_type} of a {@code repository_dispatch} that is for us. */
  static final String DISPATCH = "fovea-promote";

  /** The alias whose version is released where an event names no commit. */
  static final String CANDIDATE = "candidate";

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern NO_COMMIT = Pattern.compile("0{40}");
  private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final String FIX = "send events as GitHub does, content type application/json";
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxStringLength(DeliveryEndpoint.LIMIT_BYTES)
                          .build())
                  .build())
          .build();

  private final JsonNode body;
  private final String repository;
  private final String repositoryId;

  private GitHubEvent(JsonNode body) {
    this.body = body;
    this.repository = body.path("repository").path("full_name").asString("");
    this.repositoryId = body.path("repository").path("id").asString("");
  }

  /**
   * What the event asks for.
   *
   * @param from the repository whose events count
   * @throws InvalidRequest when the body is no JSON object
   */
  static Wish read(String event, byte[] body, String from) {
    try {
      var tree = JSON.readTree(body);
      if (!tree.isObject()) {
        throw new InvalidRequest("body: no JSON object", FIX);
      }
      return new GitHubEvent(tree).wish(event, from);
    } catch (JacksonException e) {
      throw new InvalidRequest("body: not JSON", FIX);
    }
  }

  private Wish wish(String event, String from) {
    if (event.equals("ping")) {
      return new Wish.Nothing("GitHub tried the hook, and it works");
    }
    if (!repository.equalsIgnoreCase(from) || repositoryId.isEmpty()) {
      return new Wish.Nothing(
          "it is of the repository '%s' (expected: %s)".formatted(Text.excerpt(repository), from));
    }
    return switch (event) {
      case "push" -> push();
      case "workflow_run" -> workflowRun();
      case "release" -> release();
      case "repository_dispatch" -> dispatch();
      default ->
          new Wish.Nothing(
              "no release follows from the event '%s' (expected: push, workflow_run, release or repository_dispatch)"
                  .formatted(Text.excerpt(event)));
    };
  }

  private Wish push() {
    var ref = body.path("ref").asString("");
    return ref.equals("refs/heads/" + defaultBranch())
        ? commit(ref, body.path("after").asString(""))
        : otherBranch(ref);
  }

  /** Only of this repository's own branch: a fork's run, and a pull request's, are its author's. */
  private Wish workflowRun() {
    var run = body.path("workflow_run");
    var result = run.path("conclusion").asString("");
    if (!body.path("action").asString("").equals("completed") || !result.equals("success")) {
      return new Wish.Nothing(
          "the workflow run is %s %s (expected: completed success)"
              .formatted(Text.excerpt(body.path("action").asString("")), Text.excerpt(result)));
    }
    if (run.path("event").asString("pull_request").startsWith("pull_request")
        || !run.path("head_repository").path("id").asString("").equals(repositoryId)) {
      return new Wish.Nothing("the workflow ran for a pull request or a fork");
    }
    var branch = run.path("head_branch").asString("");
    return branch.equals(defaultBranch())
        ? commit("refs/heads/" + branch, run.path("head_sha").asString(""))
        : otherBranch("refs/heads/" + branch);
  }

  private Wish release() {
    var release = body.path("release");
    if (!body.path("action").asString("").equals("published")
        || release.path("draft").asBoolean(true)
        || release.path("prerelease").asBoolean(true)) {
      return new Wish.Nothing("it is not a published release, or only a draft or pre-release");
    }
    var target = release.path("target_commitish").asString("");
    return COMMIT.matcher(target).matches()
        ? commit("refs/tags/" + release.path("tag_name").asString(""), target)
        : new Wish.OfAlias(repository, CANDIDATE);
  }

  private Wish dispatch() {
    if (!body.path("action").asString("").equals(DISPATCH)) {
      return new Wish.Nothing(
          "its event_type is '%s' (expected: %s)"
              .formatted(Text.excerpt(body.path("action").asString("")), DISPATCH));
    }
    var payload = body.path("client_payload");
    var commit = payload.path("commit").asString("");
    if (!commit.isEmpty()) {
      return commit("refs/heads/" + body.path("branch").asString(""), commit);
    }
    var alias = payload.path("alias").asString(CANDIDATE);
    return ALIAS.matcher(alias).matches()
        ? new Wish.OfAlias(repository, alias)
        : new Wish.Nothing("'%s' is no alias".formatted(Text.excerpt(alias)));
  }

  private Wish commit(String ref, String sha) {
    if (!COMMIT.matcher(sha).matches()
        || NO_COMMIT.matcher(sha).matches()
        || ref.length() > 256
        || repositoryId.length() > 32) {
      return new Wish.Nothing(
          "it names no commit: '%s' (expected: 40 hex digits)".formatted(Text.excerpt(sha)));
    }
    return new Wish.OfCommit(new Caller.Build(repository, repositoryId, ref, GitCommit.of(sha)));
  }

  private Wish otherBranch(String ref) {
    return new Wish.Nothing(
        "it is of %s (expected: refs/heads/%s)"
            .formatted(Text.excerpt(ref), Text.excerpt(defaultBranch())));
  }

  private String defaultBranch() {
    return body.path("repository").path("default_branch").asString("main");
  }
}
