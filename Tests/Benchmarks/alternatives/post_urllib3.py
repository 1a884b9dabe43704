"""Posts BENCH_CSV with requests and urllib3's Retry, with POST allowed, eight at a time.

What got its answer is written into BENCH_WORK/done at once, so that the same command goes on after a kill.
"""
import csv, os, threading
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

url = os.environ["BENCH_SANDBOX"] + "/api/v1/conversations/"
business = os.environ["BENCH_BUSINESS"]
progress = os.environ["BENCH_WORK"] + "/done"
local = threading.local()
lock = threading.Lock()


def session():
    if not hasattr(local, "session"):
        local.session = requests.Session()
        local.session.headers["Authorization"] = "Bearer " + os.environ["BENCH_TOKEN"]
        again = Retry(total=8, backoff_factor=0.2, status_forcelist=[429, 500, 502, 503, 504],
                      allowed_methods=["GET", "POST"])
        local.session.mount("http://", HTTPAdapter(max_retries=again))
    return local.session


def move(row):
    session().post(
        url, json={"business_id": business, "initial_message": row["text"]}, timeout=2).raise_for_status()
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
