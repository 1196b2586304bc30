package dev.fovea.pipelines.status;

import dev.fovea.kernel.Name;
import java.net.URI;
import java.util.Optional;

/**
 * A repository whose commits are told of a project's releases.
 *
 * @param name owner and name, as the administrator writes it
 * @param id the host's number of it, where builds of another one are told nothing
 * @param api without a slash at its end
 * @param context what the names of its statuses begin with
 */
record Place(
    Name project, String name, Optional<String> id, String api, Token token, String context) {
  static Place of(StatusProperties properties, StatusProperties.Repository repository) {
    var api = Optional.ofNullable(repository.api()).orElse(properties.api()).toString();
    return new Place(
        repository.project(),
        repository.name(),
        repository.id(),
        api.endsWith("/") ? api.substring(0, api.length() - 1) : api,
        token(properties, repository),
        repository.context());
  }

  private static Token token(StatusProperties properties, StatusProperties.Repository repository) {
    var prefix = "fovea.pipelines.statuses.";
    if (repository.tokenFile() != null) {
      return new Token(
          prefix + "repositories[].token-file of " + repository.name(),
          Optional.of(repository.tokenFile()),
          Optional.empty());
    }
    return properties.tokenFile() != null
        ? new Token(prefix + "token-file", Optional.of(properties.tokenFile()), Optional.empty())
        : new Token(prefix + "token", Optional.empty(), properties.token());
  }

  /** Whether a build of this repository is meant. */
  boolean is(Name ofProject, String repository, String repositoryId) {
    return project.equals(ofProject)
        && name.equalsIgnoreCase(repository)
        && id.map(repositoryId::equals).orElse(true);
  }

  /** The host's name, for words. */
  String host() {
    return String.valueOf(URI.create(api).getHost());
  }
}
