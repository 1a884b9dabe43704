"""Posts BENCH_CSV with requests and tenacity, eight at a time, as somebody would who knows both.

What got its answer is written into BENCH_WORK/done at once, so that the same command goes on after a kill.
"""
import csv, os, threading
from concurrent.futures import ThreadPoolExecutor

import requests
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

url = os.environ["BENCH_SANDBOX"] + "/api/v1/conversations/"
headers = {"Authorization": "Bearer " + os.environ["BENCH_TOKEN"]}
business = os.environ["BENCH_BUSINESS"]
progress = os.environ["BENCH_WORK"] + "/done"
local = threading.local()
lock = threading.Lock()


@retry(
    retry=retry_if_exception_type(requests.RequestException),
    stop=stop_after_attempt(8), wait=wait_exponential_jitter(initial=0.2, max=5), reraise=True,
)
def create(text):
    if not hasattr(local, "session"):
        local.session = requests.Session()
    answer = local.session.post(
        url, headers=headers, json={"business_id": business, "initial_message": text}, timeout=2)
    answer.raise_for_status()


def move(row):
    create(row["text"])
    with lock, open(progress, "a") as file:
        file.write(row["id"] + "\n")


done = set(open(progress).read().split()) if os.path.exists(progress) else set()
rows = [row for row in csv.DictReader(open(os.environ["BENCH_CSV"], newline="")) if row["id"] not in done]
with ThreadPoolExecutor(8) as pool:
    for result in [pool.submit(move, row) for row in rows]:
        try:
            result.result()
        except requests.RequestException as error:
            print(type(error).__name__)
