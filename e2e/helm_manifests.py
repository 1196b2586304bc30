#!/usr/bin/env python3
"""What must hold of the chart's manifests, whatever the values: helm template … | helm_manifests.py [NAMESPACE]

Prints one line for each thing that does not hold, and fails where there is one. Needs PyYAML.
"""
import sys
import yaml

ROLES = ["datasets", "registry", "lab", "pipelines", "rollouts", "web"]
# Who may call whom on port 4800; the same in the chart's fovea.calls, written down twice on purpose.
CALLS = {
    "datasets": {"registry", "pipelines"},
    "registry": {"pipelines"},
    "lab": {"registry", "pipelines"},
    "pipelines": {"datasets", "registry", "lab", "rollouts"},
    "rollouts": {"registry", "pipelines"},
    "web": {"datasets", "registry", "lab", "pipelines", "rollouts"},
    "migrations": set(),
    "stranger": set(),
    # A model server, where it sends frames back.
    "model": {"rollouts"},
}
# What the code asks the API server for: rollouts' list is that of its rbac.yaml, which a test of the controller compares with its calls.
VERBS = {
    ("rollouts", "deployments"): {"get", "list", "create", "patch", "delete"},
    ("rollouts", "services"): {"get", "list", "create", "patch", "delete"},
    ("rollouts", "pods"): {"list"},
    ("rollouts", "endpointslices"): {"list"},
    ("rollouts", "httproutes"): {"get", "list", "create", "update", "delete"},
    ("pipelines", "jobs"): {"get", "create", "delete"},
    ("pipelines", "pods"): {"list"},
}
problems = []


def expect(holds, what):
    if not holds:
        problems.append(what)


def component(thing):
    return thing["metadata"].get("labels", {}).get("app.kubernetes.io/component", "")


def pods(documents):
    """(name, component, labels, pod spec) of everything that becomes a pod."""
    for document in documents:
        kind = document["kind"]
        if kind == "Pod":
            yield f"Pod/{document['metadata']['name']}", component(document), document["metadata"]["labels"], document["spec"]
        elif kind in ("Deployment", "Job", "StatefulSet", "DaemonSet"):
            template = document["spec"]["template"]
            yield f"{kind}/{document['metadata']['name']}", component(template), template["metadata"]["labels"], template["spec"]


def restricted(name, spec):
    """The Pod Security Standard 'restricted', and what we ask beyond it."""
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        expect(not spec.get(field), f"{name}: {field}")
    security = spec.get("securityContext", {})
    expect(security.get("runAsNonRoot") is True and security.get("runAsUser", 0) > 0, f"{name}: may run as root")
    expect(security.get("seccompProfile", {}).get("type") == "RuntimeDefault", f"{name}: no seccomp profile")
    expect(spec.get("enableServiceLinks") is False, f"{name}: service links put other services into the environment")
    for volume in spec.get("volumes", []):
        kinds = set(volume) - {"name"}
        expect(kinds <= {"configMap", "emptyDir", "projected", "secret", "persistentVolumeClaim"}, f"{name}: volume {kinds}")
        if "emptyDir" in kinds:
            expect(volume["emptyDir"].get("sizeLimit"), f"{name}: emptyDir {volume['name']} has no limit")
    for container in spec["containers"] + spec.get("initContainers", []):
        own = container.get("securityContext", {})
        where = f"{name}/{container['name']}"
        expect(own.get("allowPrivilegeEscalation") is False, f"{where}: privilege escalation")
        expect(own.get("readOnlyRootFilesystem") is True, f"{where}: writable root file system")
        expect(own.get("runAsNonRoot") is True and not own.get("privileged"), f"{where}: may run as root or privileged")
        expect(own.get("capabilities", {}).get("drop") == ["ALL"] and not own["capabilities"].get("add"), f"{where}: capabilities")
        expect(own.get("seccompProfile", {}).get("type") == "RuntimeDefault", f"{where}: no seccomp profile")
        expect(container.get("resources", {}).get("limits", {}).get("memory"), f"{where}: no memory limit")
        expect(container.get("resources", {}).get("requests", {}).get("memory"), f"{where}: no memory request")
        expect(not container["image"].endswith(":latest") and (":" in container["image"].rsplit("/", 1)[-1]), f"{where}: image {container['image']}")
        expect(any(mount["mountPath"] == "/tmp" for mount in container["volumeMounts"]), f"{where}: no /tmp")
        for variable in container.get("env", []):
            expect("valueFrom" not in variable, f"{where}: {variable['name']} comes from elsewhere: an environment is dumped easily")
        expect("envFrom" not in container, f"{where}: envFrom")


def deployments(documents, services):
    by_role = {component(d): d for d in documents if d["kind"] == "Deployment"}
    expect(sorted(by_role) == sorted(ROLES), f"Deployments of {sorted(by_role)}, expected one for each of {ROLES}")
    budgets = {component(d) for d in documents if d["kind"] == "PodDisruptionBudget"}
    for role, deployment in by_role.items():
        spec = deployment["spec"]["template"]["spec"]
        main = spec["containers"][0]
        asked = {probe: main.get(probe, {}).get("httpGet", {}).get("path") for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
        expect(len(set(asked.values())) == 3 and None not in asked.values(), f"{role}: probes {asked}")
        expect(main["livenessProbe"]["httpGet"]["path"].endswith("/liveness"), f"{role}: liveness asks {asked}")
        expect((role in budgets) == (deployment["spec"]["replicas"] > 1), f"{role}: a disruption budget is for more than one replica")
        expect("checksum/config" in deployment["spec"]["template"]["metadata"]["annotations"], f"{role}: a changed setting restarts nothing")
        expect(f"--roles={role}" in main["args"], f"{role}: runs {main['args']}")
        expect(spec.get("topologySpreadConstraints"), f"{role}: no topology spread")
        mine = [s for s in services if s["spec"]["selector"].items() <= deployment["spec"]["template"]["metadata"]["labels"].items()]
        expect(len(mine) == 1, f"{role}: {len(mine)} Services select its pods")
        ports = {port["name"] for port in main["ports"]}
        for service in mine:
            expect({port["targetPort"] for port in service["spec"]["ports"]} <= ports, f"{role}: Service ports {ports}")


def tokens_and_rights(documents):
    entitled = {component(document) for document in documents if document["kind"] == "RoleBinding"}
    for name, role, _, spec in pods(documents):
        if role not in entitled:
            expect(spec.get("automountServiceAccountToken") is False, f"{name}: has a token for the API server")
    for document in documents:
        kind, name = document["kind"], document["metadata"]["name"]
        expect(kind not in ("ClusterRole", "ClusterRoleBinding"), f"{kind}/{name}: rights beyond a namespace")
        if kind == "ServiceAccount":
            expect(document.get("automountServiceAccountToken") is False, f"{kind}/{name}: mounts its token by itself")
        if kind == "Role":
            for rule in document["rules"]:
                for resource in rule["resources"]:
                    expect(set(rule["verbs"]) == VERBS.get((component(document), resource)), f"Role/{name}: {resource} {rule['verbs']}")
                expect("*" not in rule["verbs"] + rule["resources"] + rule["apiGroups"], f"Role/{name}: a wildcard")
                expect("secrets" not in rule["resources"], f"Role/{name}: secrets")
        if kind == "RoleBinding":
            for subject in document["subjects"]:
                expect(subject["kind"] == "ServiceAccount" and subject["name"].endswith(("-rollouts", "-pipelines")), f"RoleBinding/{name}: {subject}")
        if kind == "PersistentVolumeClaim":
            expect(document["metadata"]["annotations"].get("helm.sh/resource-policy") == "keep", f"{kind}/{name}: uninstall deletes it")


def settings(documents, services):
    names = {service["metadata"]["name"] for service in services}
    for document in documents:
        expect(document["kind"] != "Secret", f"Secret/{document['metadata']['name']}: the chart makes no secret")
        if document["kind"] != "ConfigMap":
            continue
        role = component(document)
        given = yaml.safe_load(document["data"]["application.yaml"])
        for key in given:
            expect(not key.endswith(("password", "secret-key", "access-key", "token")), f"ConfigMap of {role}: {key}")
        urls = {key.split(".")[3]: value for key, value in given.items() if key.startswith("spring.http.serviceclient.")}
        expect(set(urls) == set(ROLES) - {role}, f"{role} is told of {sorted(urls)}")
        for other, url in urls.items():
            host = url.removeprefix("http://").removesuffix(":4800")
            expect(host in names and host.endswith("-" + other), f"{role} is told that {other} is at {url}")
            answering = next(d for d in documents if d["kind"] == "ConfigMap" and component(d) == other)
            expect(host in yaml.safe_load(answering["data"]["application.yaml"])["fovea.auth.internal-hosts"].split(","), f"{other} refuses the name {host}")
        expect(given["fovea.database.schema"] == "verify", f"{role} changes its schema by itself")


def routes(documents, services):
    names = {service["metadata"]["name"] for service in services}
    for document in documents:
        backends = []
        if document["kind"] == "HTTPRoute":
            backends = [b["name"] for rule in document["spec"]["rules"] for b in rule["backendRefs"]]
            expect(len(document["spec"]["rules"]) <= 16 and all(len(r["matches"]) <= 64 for r in document["spec"]["rules"]), "HTTPRoute: more than the API allows")
        if document["kind"] == "Ingress":
            backends = [p["backend"]["service"]["name"] for rule in document["spec"]["rules"] for p in rule["http"]["paths"]]
        for backend in backends:
            expect(backend in names, f"{document['kind']} sends to {backend}, which is no Service")
        if backends:
            expect(any(backend.endswith("-web") for backend in backends), f"{document['kind']}: the pages have no way in")


def selects(selector, labels):
    return all(labels.get(key) == value for key, value in (selector or {}).get("matchLabels", {}).items())


def flows(documents, namespace):
    """Every pair of pods, judged as a network plugin does: both ends must allow it."""
    policies = [d for d in documents if d["kind"] == "NetworkPolicy"]
    if not policies:
        return
    ours = {role: labels for _, role, labels, _ in pods(documents)}
    ours["stranger"] = {"app": "something-else"}
    homes = {}
    told = next(yaml.safe_load(d["data"]["application.yaml"]) for d in documents if d["kind"] == "ConfigMap" and component(d) == "rollouts")
    if "fovea.rollouts.kubernetes.namespace" in told:
        ours["model"] = {"app.kubernetes.io/managed-by": "fovea-rollouts"}
        homes["model"] = told["fovea.rollouts.kubernetes.namespace"]
    sends = "fovea.rollouts.kubernetes.frames-url" in told

    def home(name):
        return homes.get(name, namespace)

    def labels_of(name):
        return ours.get(name, {"app": "something-else"})

    def peers_allow(policy, peers, name):
        def there(peer):
            if "namespaceSelector" in peer:
                return selects(peer["namespaceSelector"], {"kubernetes.io/metadata.name": home(name)})
            return policy["metadata"].get("namespace", namespace) == home(name)

        return any("ipBlock" not in peer and selects(peer.get("podSelector"), labels_of(name)) and there(peer) for peer in peers)

    def allowed(direction, name, other, port):
        applying = [
            p for p in policies
            if p["metadata"].get("namespace", namespace) == home(name)
            and selects(p["spec"]["podSelector"], labels_of(name))
            and direction in p["spec"]["policyTypes"]
        ]
        if not applying:
            return True
        key, side = ("ingress", "from") if direction == "Ingress" else ("egress", "to")
        for policy in applying:
            for rule in policy["spec"].get(key, []):
                if port in [p["port"] for p in rule.get("ports", [])] and (side not in rule or peers_allow(policy, rule[side], other)):
                    return True
        return False

    open_to_all = any(
        "from" not in rule for p in policies if component(p) == "web" for rule in p["spec"].get("ingress", [])
    )
    for source in ours:
        for target in ROLES:
            if source == target:
                continue
            for port in (4800, 4801, 22):
                seen = allowed("Egress", source, target, port) and allowed("Ingress", target, source, port)
                wanted = port == 4800 and target in CALLS.get(source, set())
                if source == "model":
                    wanted = wanted and sends
                if source == "test":
                    wanted = port in (4800, 4801)
                if source == "stranger":
                    wanted = port == 4800 and open_to_all
                expect(seen == wanted, f"network: {source} → {target}:{port} is {'open' if seen else 'closed'}, expected {'open' if wanted else 'closed'}")
    for name in ours:
        if name != "stranger":
            # Clients reach a model server through a gateway that the chart does not know.
            for direction in ("Egress",) if name == "model" else ("Ingress", "Egress"):
                expect(not allowed(direction, name, "something else", 9), f"network: {name} is open by default ({direction})")


def main():
    namespace = sys.argv[1] if len(sys.argv) > 1 else "default"
    documents = [document for document in yaml.safe_load_all(sys.stdin) if document]
    services = [d for d in documents if d["kind"] == "Service"]
    for name, _, _, spec in pods(documents):
        restricted(name, spec)
    deployments(documents, services)
    tokens_and_rights(documents)
    settings(documents, services)
    routes(documents, services)
    flows(documents, namespace)
    for problem in problems:
        print(problem)
    print(f"{len(documents)} manifests, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
