"""Runs scim2-tester against a SCIM service; exits 1 and names the checks that are not passed."""
import ssl
import sys

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

base, token, authority = sys.argv[1:4]
client = httpx2.Client(
    base_url=base,
    headers={"Authorization": f"Bearer {token}"},
    verify=ssl.create_default_context(cafile=authority),
    timeout=30,
)
results = check_server(SyncSCIMClient(client))
flaws = [each for each in results if each.status not in (Status.SUCCESS, Status.SKIPPED)]
skipped = [each for each in results if each.status == Status.SKIPPED]
for each in flaws + skipped:
    print(each.status.name, each.title, each.resource_type, each.reason)
print(f"{len(results)} checks, {len(flaws)} not passed, {len(skipped)} skipped")
sys.exit(1 if flaws else 0)
