package dev.fovea.rollouts.kubernetes;

/** The kinds of objects that are read or written. */
public enum Kind {
  DEPLOYMENT("/apis/apps/v1", "apps/v1", "Deployment", "deployments"),
  SERVICE("/api/v1", "v1", "Service", "services"),
  POD("/api/v1", "v1", "Pod", "pods"),
  ENDPOINT_SLICE(
      "/apis/discovery.k8s.io/v1", "discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
  HTTP_ROUTE(
      "/apis/gateway.networking.k8s.io/v1",
      "gateway.networking.k8s.io/v1",
      "HTTPRoute",
      "httproutes");

  private final String root;

  /** Such as {@code apps/v1}. */
  public final String apiVersion;

  /** Such as {@code Deployment}. */
  public final String title;

  private final String plural;

  Kind(String root, String apiVersion, String title, String plural) {
    this.root = root;
    this.apiVersion = apiVersion;
    this.title = title;
    this.plural = plural;
  }

  String plural() {
    return plural;
  }

  /** Where a namespace's objects of this kind are. */
  public String path(String namespace) {
    return "%s/namespaces/%s/%s".formatted(root, namespace, plural);
  }
}
