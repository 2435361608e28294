"""
Blocks public access to every bucket of the account, now and hereafter (DATA-01).

CloudFormation has no resource for that. Runs when the stack is made or changed; when it is deleted the block stays.
"""

import json
import urllib.request

BLOCK = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


def handler(event, _context, control=None, send=urllib.request.urlopen):  # noqa: ANN001, ANN201  # Lambda's own form
    """Block, and tell CloudFormation whether that went well; the reason of a failure is its kind only."""
    account = event["ResourceProperties"]["Account"]
    status, reason = "SUCCESS", "done"
    try:
        if event["RequestType"] != "Delete":
            (control or _control()).put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=BLOCK)
    except Exception as wrong:  # noqa: BLE001  # whatever it is, CloudFormation waits for an answer
        status, reason = "FAILED", type(wrong).__name__
    answer = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": f"public-access-block-{account}",
        **{key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
    }
    body, where = json.dumps(answer).encode(), event["ResponseURL"]
    send(urllib.request.Request(where, body, {"Content-Type": ""}, method="PUT"))  # noqa: S310  # CloudFormation's own


def _control():  # noqa: ANN202  # Lambda brings boto3 along, without types
    import boto3  # noqa: PLC0415  # only where Lambda runs this

    return boto3.client("s3control")
