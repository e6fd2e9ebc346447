/* What the page itself does, around what Streamlit draws. */

/* An app that was started again knows nothing of this page: it is loaded anew, as its address says.
   One that was only out of reach for a while still knows it. */
(() => {
  const STATE = "data-test-connection-state";
  const started = document.querySelector("meta[name=started]").outerHTML;
  let lost = false;
  new MutationObserver((changes) => {
    const now = changes[changes.length - 1].target.getAttribute(STATE);
    if (now !== "CONNECTED") lost = Boolean(now) && (lost || changes.some((change) => change.oldValue === "CONNECTED"));
    else if (lost) {
      lost = false;
      fetch("./", { headers: { Accept: "text/html" }, cache: "no-store" })
        .then((answer) => answer.text())
        .then((page) => page.includes(started) || location.reload(), () => { lost = true; });
    }
  }).observe(document.documentElement, { subtree: true, attributeFilter: [STATE], attributeOldValue: true });
})();

/* Streamlit says these words itself, in English; here they are said in Chinese, where they stand.
   Only whole texts that match are put, never a part of one; what a document said (st.html, code) is left alone. */
(() => {
  const WORDS = {
    // the frame
    "Skip to main content": "跳到正文",
    "App pages": "页面",
    "Sidebar": "左侧栏",
    "Collapse sidebar": "收起左侧栏",
    "Expand sidebar": "展开左侧栏",
    "Navigate to home page": "回到首页",
    "Main menu": "菜单",
    "Link to heading": "本节的地址",
    "Close": "关闭",
    "Dismiss": "关闭",
    "Print": "打印",
    "Rerun": "重新运行",
    "Stop": "停止",
    "Running...": "正在运行……",
    "Please wait...": "请稍候……",
    "Fullscreen": "全屏",
    "Close fullscreen": "退出全屏",
    "Copy to clipboard": "复制",
    // the connection
    "Connecting": "正在连接",
    "Connecting to Streamlit server": "正在连接本应用",
    "Unable to connect to Streamlit server": "连接不上本应用",
    "Connection error": "本应用没有响应",
    "Streamlit server is not responding. Are you connected to the internet?":
      "请看运行本应用的窗口是否还开着；重新启动后，本页会自动接上，已写入图的内容都在。",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:":
      "请看运行本应用的窗口是否还开着；重新启动后，本页会自动接上，已写入图的内容都在。启动命令：",
    "streamlit run yourscript.py": "make run",
    "Connection timed out.": "连接超时，请刷新页面。",
    "Connection lost. Please wait for the app to reconnect, then try again.": "连接断开了，请等页面重新接上后再试。",
    "Bad message format": "页面和本应用对不上，请刷新页面",
    "Page not found": "没有这一页",
    "The page that you have requested does not seem to exist. Running the app's main page.": "这个地址没有对应的页，已打开首页。",
    "Error": "出错了",
    "Error:": "出错了：",
    "Unknown error": "原因不明的错误",
    "Network issue": "网络有问题",
    // the upload box
    "Upload": "选择文件，或拖到这里",
    "file upload": "选择文件",
    "Add files": "再选文件",
    "Drag and drop a file here": "松开鼠标，放到这里",
    "Drag and drop files here": "松开鼠标，放到这里",
    "Only one file is allowed.": "一次只能放一份文件。",
    "Too many files": "文件太多",
    "File size is too small.": "文件太小。",
    "Upload failed": "没有传上来",
    "Click to retry upload": "点这里再传一次",
    "Unexpected error. Please try again.": "没有传上来，请再试一次。",
    // fields and lists
    "Press Enter to apply": "按回车键生效",
    "Press Ctrl+Enter to apply": "按 Ctrl+回车键生效",
    "Press ⌘+Enter to apply": "按 ⌘+回车键生效",
    "Press Enter to submit form": "按回车键提交",
    "Press Ctrl+Enter to submit form": "按 Ctrl+回车键提交",
    "Press ⌘+Enter to submit form": "按 ⌘+回车键提交",
    "Choose an option": "请选择",
    "Choose options": "请选择",
    "No options to select": "没有可选的",
    "No options to select.": "没有可选的。",
    "No results": "没有符合的",
    "Select all": "全选",
    "Clear all": "全部去掉",
    "Clear value": "清除",
    "Clear entry": "清除",
    "Selected values": "已选",
    "Open": "展开",
    "Increment": "加",
    "Decrement": "减",
    "Number is above the allowed range.": "数字太大。",
    "Number is below the allowed range.": "数字太小。",
    "Invalid input.": "不能这样填。",
    "Invalid value.": "不能这样填。",
    "Scroll tabs left": "向左",
    "Scroll tabs right": "向右",
    "Download failed": "没有下载成功",
  };
  const PATTERNS = [
    [/^You have requested page \/(.*), but no corresponding file was found.*$/, "没有“$1”这一页，已打开首页。"],
    [/^Cannot connect to Streamlit \(HTTP status: (\d+)\).*$/s, "连接被拒绝（$1）。请用启动时终端里显示的网址打开。"],
    [/^[a-z_]+ icon$/, ""],
    [/^Remove (.+)$/, "去掉 $1"],
    [/^Add: (.+)$/, "新增：$1"],
    [/^Cancel upload of (.+)$/, "停止上传 $1"],
    [/^Select (\d+) matches$/, "选中这 $1 项"],
    [/^(\d+) options? available\.$/, "有 $1 项可选。"],
    [/^option (.+), selected\.$/, "$1，已选。"],
    [/^(.*) files are not allowed\.$/, "不能放这种文件（$1），请看框上写的格式。"],
    [/^File must be (.+) or smaller\.$/, "文件不能超过 $1。"],
    [/^File is larger than (.+)$/, "文件不能超过 $1。"],
    [/^You can only select up to (\d+) options?\. Remove an option first\.$/, "最多选 $1 项，请先去掉一项。"],
    [/^Number is above the allowed range\. Please enter a value less than or equal to (.+)\.$/, "请填不大于 $1 的数。"],
    [/^Number is below the allowed range\. Please enter a value greater than or equal to (.+)\.$/, "请填不小于 $1 的数。"],
    [/^Number is outside the allowed range\. Please enter a value between (.+) and (.+)\.$/, "请填 $1 到 $2 之间的数。"],
  ];
  const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt"];
  const OTHERS = ".stHtml, .stCode:not([role=dialog] *), textarea, script, style";
  const MARKDOWN = "[data-testid=stMarkdownContainer]";
  const OWN_MARKDOWN = "[role=dialog], [data-testid=stFileUploaderDropzone]";

  const said = (text) => {
    const words = text.trim();
    if (!words || words.length > 400 || !/[A-Za-z]{3}/.test(words)) return null;
    if (Object.hasOwn(WORDS, words)) return WORDS[words];
    for (const [pattern, put] of PATTERNS) if (pattern.test(words)) return words.replace(pattern, put);
    return null;
  };
  const word = (node) => {
    const box = node.parentElement;
    if (!box || box.closest(OTHERS) || (box.closest(MARKDOWN) && !box.closest(OWN_MARKDOWN))) return;
    const put = said(node.nodeValue);
    if (put !== null) node.nodeValue = put;
  };
  const labels = (element) => {
    for (const name of ATTRIBUTES) {
      const value = element.getAttribute(name);
      const put = value && !element.closest(".stHtml") ? said(value) : null;
      if (put !== null) element.setAttribute(name, put);
    }
  };
  const all = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return word(root);
    if (root.nodeType !== Node.ELEMENT_NODE || root.closest(".stHtml, script, style")) return;
    labels(root);
    const kinds = NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT;
    const walk = document.createTreeWalker(root, kinds, (node) =>
      node.nodeType === Node.ELEMENT_NODE && node.matches(".stHtml, script, style")
        ? NodeFilter.FILTER_REJECT
        : NodeFilter.FILTER_ACCEPT);
    while (walk.nextNode()) {
      if (walk.currentNode.nodeType === Node.TEXT_NODE) word(walk.currentNode);
      else labels(walk.currentNode);
    }
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(all);
      else if (change.type === "attributes") labels(change.target);
      else word(change.target);
    }
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
})();
