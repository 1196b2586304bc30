package dev.fovea.datasets;

import dev.fovea.roles.RemoteApi;
import java.net.URI;
import java.util.Optional;

class DatasetsOverHttpTest extends DatasetsContract {
  @Override
  <A> A api(String who, Class<A> api) {
    return new RemoteApi(URI.create("http://localhost:" + port), Optional.of(who)).as(api);
  }
}
