package dev.fovea.registry.oidc;

import dev.fovea.kernel.Name;
import dev.fovea.registry.TokenRefused;
import dev.fovea.registry.oidc.OidcProperties.Binding;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which build may ask for which project. */
final class Bindings {
  private final List<Binding> all;

  Bindings(List<Binding> all) {
    this.all = all;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /**
   * Those of the project that name the identity's repository. A number decides where one was
   * configured; a name alone may have been given up by its owner and taken by another.
   *
   * @throws TokenRefused where there is none; the same words for a project that does not exist
   */
  List<Binding> of(Name project, Identity identity) {
    var found =
        all.stream()
            .filter(binding -> binding.project().equals(project) && names(binding, identity))
            .toList();
    if (found.isEmpty()) {
      throw notBound(project, identity);
    }
    return found;
  }

  /** A refusal that does not say what else is bound. */
  static TokenRefused notBound(Name project, Identity identity) {
    var build = identity.build();
    return new TokenRefused(
        "repository",
        "%s, repository_id %s".formatted(build.repository(), build.repositoryId()),
        "a repository that is bound to project '%s'".formatted(project),
        "an administrator binds it: fovea.registry.oidc.bindings[0].project=%s and .repository-id=%s"
            .formatted(project, build.repositoryId()));
  }

  /** Why none of the bindings lets this build in; empty where one does. */
  static Optional<TokenRefused> refusal(List<Binding> bindings, Identity identity) {
    var refusals = bindings.stream().map(binding -> refusal(binding, identity)).toList();
    return refusals.stream().anyMatch(Optional::isEmpty) ? Optional.empty() : refusals.getFirst();
  }

  private static boolean names(Binding binding, Identity identity) {
    var build = identity.build();
    boolean repository =
        binding
            .repositoryId()
            .map(build.repositoryId()::equals)
            .orElseGet(() ->
                binding.repository().filter(build.repository()::equalsIgnoreCase).isPresent());
    return repository && binding.ownerId().map(identity.ownerId()::equals).orElse(true);
  }

  private static Optional<TokenRefused> refusal(Binding binding, Identity identity) {
    var ref = identity.build().ref();
    return Stream.of(
            unless(
                binding.events().contains(identity.event()),
                "event_name",
                identity.event(),
                "one of " + binding.events(),
                ".events: pull requests run what their author wrote, so leave them out"),
            unless(
                pullRequest(ref) ? pullRequests(binding) : matches(binding.ref(), ref),
                "ref",
                ref,
                "one of " + binding.ref(),
                ".ref"),
            unless(
                binding.environment().equals(identity.environment())
                    || binding.environment().isEmpty(),
                "environment",
                identity.environment().orElse(""),
                binding.environment().orElse("any"),
                ".environment, or 'environment:' in the workflow's job"),
            unless(
                binding.workflowRef().isEmpty()
                    || identity
                        .workflowRef()
                        .filter(at -> matches(List.of(binding.workflowRef().get()), at))
                        .isPresent(),
                "job_workflow_ref",
                identity.workflowRef().orElse(""),
                binding.workflowRef().orElse("any"),
                ".workflow-ref"))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<TokenRefused> unless(
      boolean holds, String claim, String found, String expected, String key) {
    return holds
        ? Optional.empty()
        : Optional.of(
            new TokenRefused(
                claim,
                found,
                expected,
                "an administrator sets fovea.registry.oidc.bindings[…]" + key));
  }

  private static boolean pullRequest(String ref) {
    return ref.startsWith("refs/pull/");
  }

  private static boolean pullRequests(Binding binding) {
    return binding.events().stream().anyMatch(event -> event.startsWith("pull_request"));
  }

  /** {@code *} stands for anything but a slash, {@code **} for anything. */
  static boolean matches(List<String> patterns, String text) {
    return patterns.stream()
        .anyMatch(pattern ->
            Pattern.matches(
                Stream.of(pattern.split("(?<=\\*)(?!\\*)|(?<!\\*)(?=\\*)"))
                    .map(part ->
                        switch (part) {
                          case "*" -> "[^/]*";
                          case "**" -> ".*";
                          default -> Pattern.quote(part);
                        })
                    .reduce("", String::concat),
                text));
  }
}
