package dev.fovea.registry;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.roles.RemoteApi;
import java.net.URI;
import java.util.Optional;

class RunViewsOverHttpTest extends RunViewsContract {
  @Override
  <A> A api(Caller caller, Class<A> api) {
    var token = token(caller.project(), caller.roles().toArray(Role[]::new));
    return new RemoteApi(URI.create(server()), Optional.of(token)).as(api);
  }
}
